import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../spec/snapshot.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { visitsRequest, visitsSchema } from '../test-support/sample-table.ts'
import { applyUpdates, withPreviousMetadata } from './apply-updates.ts'
import { checkRequirements } from './check-requirements.ts'
import { newTableMetadata } from './new-table-metadata.ts'
import type { TableUpdate } from './table-update.ts'

const base = newTableMetadata('s3://warehouse/visits/', visitsRequest, 1000)

const snapshot = (id: bigint, sequenceNumber: bigint, timestampMs = 2000): Snapshot => ({
  snapshotId: id,
  sequenceNumber,
  timestampMs,
  manifestList: `s3://x/${id}.avro`,
  summary: { operation: 'append' },
  schemaId: 0,
})
const commit = (id: bigint, sequenceNumber: bigint, timestampMs?: number): TableUpdate[] => [
  { action: 'add-snapshot', snapshot: snapshot(id, sequenceNumber, timestampMs) },
  { action: 'set-snapshot-ref', refName: 'main', type: 'branch', snapshotId: id },
]

describe('applyUpdates', () => {
  it('adds a snapshot and makes it current, without touching its input', () => {
    const frozen = JSON.stringify(base, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    const next = applyUpdates(base, commit(7n, 1n), 2500)
    expect(next.currentSnapshotId).toBe(7n)
    expect(next.lastSequenceNumber).toBe(1n)
    expect(next.lastUpdatedMs).toBe(2500)
    expect(next.snapshotLog).toEqual([{ snapshotId: 7n, timestampMs: 2000 }])
    expect(next.refs.main).toEqual({ type: 'branch', snapshotId: 7n })
    expect(JSON.stringify(base, (_, value) => (typeof value === 'bigint' ? String(value) : value))).toBe(
      frozen,
    )
  })

  it('logs a rollback with the time it was made', () => {
    const two = applyUpdates(applyUpdates(base, commit(7n, 1n)), commit(8n, 2n, 3000))
    const back = applyUpdates(two, [commit(7n, 1n)[1] as TableUpdate], 9000)
    expect(back.currentSnapshotId).toBe(7n)
    expect(back.snapshotLog.at(-1)).toEqual({ snapshotId: 7n, timestampMs: 9000 })
  })

  it('refuses a snapshot twice, an old sequence number and a ref to nothing', () => {
    const next = applyUpdates(base, commit(7n, 5n))
    expect(() => applyUpdates(next, commit(7n, 6n))).toThrow(/is there already/)
    expect(() => applyUpdates(next, commit(8n, 5n))).toThrow(/expected more than 5/)
    expect(() =>
      applyUpdates(next, [{ action: 'set-snapshot-ref', refName: 'x', type: 'tag', snapshotId: 9n }]),
    ).toThrow(/does not exist/)
  })

  it('gives new schemas, specs and sort orders their ids, and -1 means the last one', () => {
    const next = applyUpdates(base, [
      {
        action: 'add-schema',
        schema: {
          schemaId: 0,
          fields: [...visitsSchema.fields, { id: 9, name: 'x', required: false, type: 'int' }],
        },
      },
      { action: 'set-current-schema', schemaId: -1 },
      {
        action: 'add-spec',
        spec: { specId: 0, fields: [{ sourceId: 1, fieldId: 1001, name: 'b', transform: 'bucket[4]' }] },
      },
      { action: 'set-default-spec', specId: -1 },
      {
        action: 'add-sort-order',
        sortOrder: {
          orderId: 0,
          fields: [{ sourceId: 1, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' }],
        },
      },
      { action: 'set-default-sort-order', sortOrderId: -1 },
    ])
    expect(next).toMatchObject({
      currentSchemaId: 1,
      lastColumnId: 9,
      defaultSpecId: 1,
      lastPartitionId: 1001,
      defaultSortOrderId: 1,
    })
    // The same schema again is not another one.
    const again = applyUpdates(next, [{ action: 'add-schema', schema: { ...visitsSchema, schemaId: 5 } }])
    expect(again.schemas).toHaveLength(2)
  })

  it('refuses a schema with an id or a name twice', () => {
    const add = (id: number, name: string) => () =>
      applyUpdates(base, [
        {
          action: 'add-schema',
          schema: {
            schemaId: 0,
            fields: [...visitsSchema.fields, { id, name, required: false, type: 'int' }],
          },
        },
      ])
    expect(add(1, 'other')).toThrow(/id 1 is used twice/)
    expect(add(10, 'PAGE')).toThrow(/two columns named/)
    expect(add(0, 'other')).toThrow(/expected 1 or more/)
  })

  it('refuses a partition spec that does not fit the columns', () => {
    const add = (sourceId: number, transform: 'hour' | 'bucket[4]') => () =>
      applyUpdates(base, [
        {
          action: 'add-spec',
          spec: { specId: 0, fields: [{ sourceId, fieldId: 1001, name: 'p', transform }] },
        },
      ])
    expect(add(99, 'bucket[4]')).toThrow(/column id 99, which no schema has/)
    expect(add(3, 'hour')).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  it('sets and removes properties, refs and snapshots', () => {
    let next = applyUpdates(base, [
      { action: 'set-properties', updates: { a: '1', b: '2' } },
      { action: 'remove-properties', removals: ['a'] },
      ...commit(7n, 1n),
      ...commit(8n, 2n),
    ])
    expect(next.properties).toEqual({ b: '2' })
    expect(() => applyUpdates(next, [{ action: 'remove-snapshots', snapshotIds: [8n] }])).toThrow(
      /"main" points/,
    )
    next = applyUpdates(next, [{ action: 'remove-snapshots', snapshotIds: [7n] }])
    expect(next.snapshots.map((one) => one.snapshotId)).toEqual([8n])
    expect(next.snapshotLog.map((entry) => entry.snapshotId)).toEqual([8n])
    next = applyUpdates(next, [{ action: 'remove-snapshot-ref', refName: 'main' }])
    expect(next.currentSnapshotId).toBeUndefined()
    expect(next.snapshotLog).toEqual([])
  })

  it('raises the format version and never lowers it', () => {
    const old: TableMetadata = { ...base, formatVersion: 1 }
    expect(applyUpdates(old, [{ action: 'upgrade-format-version', formatVersion: 2 }]).formatVersion).toBe(2)
    expect(() => applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 1 }])).toThrow(
      /go back/,
    )
    expect(() => applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 3 }])).toThrow(
      /not supported/,
    )
  })
})

describe('the log of metadata files', () => {
  it('keeps as many as write.metadata.previous-versions-max says', () => {
    let current = applyUpdates(base, [
      { action: 'set-properties', updates: { 'write.metadata.previous-versions-max': '2' } },
    ])
    for (let version = 0; version < 4; version += 1) {
      current = withPreviousMetadata(current, { location: `v${version}`, metadata: current })
    }
    expect(current.metadataLog.map((entry) => entry.metadataFile)).toEqual(['v2', 'v3'])
  })
})

describe('requirements', () => {
  const next = applyUpdates(base, commit(7n, 1n))

  it('pass when they hold', () => {
    checkRequirements(next, [
      { type: 'assert-table-uuid', uuid: next.tableUuid },
      { type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: 7n },
      { type: 'assert-ref-snapshot-id', ref: 'audit', snapshotId: null },
      { type: 'assert-current-schema-id', currentSchemaId: 0 },
      { type: 'assert-last-assigned-field-id', lastAssignedFieldId: 4 },
      { type: 'assert-default-spec-id', defaultSpecId: 0 },
      { type: 'assert-last-assigned-partition-id', lastAssignedPartitionId: 1000 },
      { type: 'assert-default-sort-order-id', defaultSortOrderId: 0 },
    ])
    checkRequirements(null, [{ type: 'assert-create' }])
  })

  it('are a conflict that another try may win, unless it is another table', () => {
    const stale = () =>
      checkRequirements(next, [{ type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: null }])
    expect(stale).toThrow(expect.objectContaining({ code: 'conflict', retryable: true }))
    const other = () => checkRequirements(next, [{ type: 'assert-table-uuid', uuid: 'x' }])
    expect(other).toThrow(expect.objectContaining({ code: 'conflict', retryable: false }))
    expect(() => checkRequirements(next, [{ type: 'assert-create' }])).toThrow(
      expect.objectContaining({ code: 'already-exists' }),
    )
    expect(() => checkRequirements(null, [{ type: 'assert-table-uuid', uuid: 'x' }])).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })
})
