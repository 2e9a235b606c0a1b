import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../spec/json.ts'
import { visitsSchema } from '../test-support/sample-table.ts'
import type { Requirement } from './requirement.ts'
import { parseRequirements, requirementToJson } from './requirement-json.ts'
import type { TableUpdate } from './table-update.ts'
import { parseTableUpdates, tableUpdateToJson } from './update-json.ts'

const id = 7277403863961056344n

const updates: TableUpdate[] = [
  { action: 'assign-uuid', uuid: '9c12d441-03fe-4693-9a96-a0705ddf69c1' },
  { action: 'upgrade-format-version', formatVersion: 3 },
  { action: 'add-schema', schema: visitsSchema },
  { action: 'set-current-schema', schemaId: -1 },
  { action: 'remove-schemas', schemaIds: [0, 1] },
  {
    action: 'add-spec',
    spec: {
      specId: 0,
      fields: [
        { sourceId: 1, name: 'a', transform: 'bucket[4]' },
        { sourceId: 3, fieldId: 1000, name: 'day', transform: 'identity' },
      ],
    },
  },
  { action: 'set-default-spec', specId: -1 },
  { action: 'remove-partition-specs', specIds: [3] },
  {
    action: 'add-sort-order',
    sortOrder: {
      orderId: 1,
      fields: [{ sourceId: 1, transform: 'identity', direction: 'desc', nullOrder: 'nulls-last' }],
    },
  },
  { action: 'set-default-sort-order', sortOrderId: -1 },
  {
    action: 'add-snapshot',
    snapshot: {
      snapshotId: id,
      parentSnapshotId: id + 1n,
      sequenceNumber: 9007199254740993n,
      timestampMs: 1751328000000,
      manifestList: 's3://x',
      summary: { operation: 'append' },
      schemaId: 0,
      firstRowId: 0n,
      addedRows: 10n,
    },
  },
  {
    action: 'set-snapshot-ref',
    refName: 'main',
    type: 'branch',
    snapshotId: id,
    minSnapshotsToKeep: 3,
    maxSnapshotAgeMs: 1000,
    maxRefAgeMs: 2000,
  },
  { action: 'remove-snapshot-ref', refName: 'old' },
  { action: 'remove-snapshots', snapshotIds: [id, 1n] },
  {
    action: 'set-statistics',
    statistics: {
      snapshotId: id,
      statisticsPath: 's3://p',
      fileSizeInBytes: 10n,
      fileFooterSizeInBytes: 3n,
      blobMetadata: [{ type: 't', snapshotId: id, sequenceNumber: 1n, fields: [1] }],
    },
  },
  { action: 'remove-statistics', snapshotId: id },
  {
    action: 'set-partition-statistics',
    partitionStatistics: { snapshotId: id, statisticsPath: 's3://p', fileSizeInBytes: 10n },
  },
  { action: 'remove-partition-statistics', snapshotId: id },
  { action: 'add-encryption-key', encryptionKey: { keyId: 'k', encryptedKeyMetadata: 'aGk=' } },
  { action: 'remove-encryption-key', keyId: 'k' },
  { action: 'set-location', location: 's3://warehouse/t' },
  { action: 'set-properties', updates: { a: 'b' } },
  { action: 'remove-properties', removals: ['a'] },
]

const requirements: Requirement[] = [
  { type: 'assert-create' },
  { type: 'assert-table-uuid', uuid: '9c12d441-03fe-4693-9a96-a0705ddf69c1' },
  { type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: id },
  { type: 'assert-ref-snapshot-id', ref: 'audit', snapshotId: null },
  { type: 'assert-last-assigned-field-id', lastAssignedFieldId: 4 },
  { type: 'assert-current-schema-id', currentSchemaId: 0 },
  { type: 'assert-last-assigned-partition-id', lastAssignedPartitionId: 999 },
  { type: 'assert-default-spec-id', defaultSpecId: 0 },
  { type: 'assert-default-sort-order-id', defaultSortOrderId: 0 },
]

describe('updates and requirements in JSON', () => {
  it('survive a round trip, each kind of them', () => {
    const text = stringifyJson(updates.map(tableUpdateToJson))
    expect(text).toContain('"snapshot-id":7277403863961056344')
    expect(parseTableUpdates(parseJson(text))).toEqual(updates)
    const required = stringifyJson(requirements.map(requirementToJson))
    expect(required).toContain('"snapshot-id":null')
    expect(parseRequirements(parseJson(required))).toEqual(requirements)
  })

  it('take what older clients write', () => {
    expect(
      parseTableUpdates([
        { action: 'set-properties', updated: { a: 'b' } },
        { action: 'remove-properties', removed: ['a'] },
        { action: 'add-schema', schema: { type: 'struct', fields: [] }, 'last-column-id': 7 },
      ]),
    ).toEqual([
      { action: 'set-properties', updates: { a: 'b' } },
      { action: 'remove-properties', removals: ['a'] },
      { action: 'add-schema', schema: { schemaId: 0, fields: [] } },
    ])
  })

  it('are bad input that names the place when they are wrong', () => {
    const refused = (json: unknown) => {
      try {
        parseTableUpdates(json)
      } catch (error) {
        return error
      }
      throw new Error('The updates were taken.')
    }
    for (const [json, message] of [
      [[{ action: 'add-view-version' }], /action/],
      [{ action: 'assign-uuid' }, /array/],
      [[{ action: 'set-current-schema' }], /schema-id/],
      [[{ action: 'remove-snapshots', 'snapshot-ids': ['1'] }], /snapshot-ids/],
      [[{ action: 'set-snapshot-ref', 'ref-name': 'x', type: 'twig', 'snapshot-id': 1 }], /type/],
      [
        [
          {
            action: 'add-schema',
            schema: { type: 'struct', fields: [{ id: 1, name: 'x', required: true, type: 'blob' }] },
          },
        ],
        /"blob" is not a type/,
      ],
      [[{ action: 'add-spec', spec: { fields: [{ name: 'x', transform: 'identity' }] } }], /source-id/],
      [
        [
          {
            action: 'add-snapshot',
            snapshot: { 'snapshot-id': 1, 'timestamp-ms': 1, 'manifest-list': 'x', summary: {} },
          },
        ],
        /no operation/,
      ],
    ] as const) {
      expect(refused(json)).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
    }
    expect(() => parseRequirements([{ type: 'assert-view-uuid', uuid: 'x' }])).toThrow(/requirements/)
    expect(() => parseRequirements([{ type: 'assert-table-uuid' }])).toThrow(/uuid/)
  })
})
