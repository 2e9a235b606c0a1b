import { describe, expect, it } from 'vitest'
import type { Snapshot, SnapshotReference } from '../spec/snapshot.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import type { NestedField } from '../spec/types.ts'
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
    const child = { ...snapshot(8n, 5n), parentSnapshotId: 7n }
    // Its writer can make it again from the table as it is now.
    expect(() => applyUpdates(next, [{ action: 'add-snapshot', snapshot: child }])).toThrow(
      expect.objectContaining({
        code: 'conflict',
        retryable: true,
        message: expect.stringMatching(/expected more than 5/),
      }),
    )
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
    expect(add(10, 'page')).toThrow(/two columns named/)
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
    const named = () =>
      applyUpdates(base, [
        { action: 'add-spec', spec: { fields: [{ sourceId: 1, name: 'page', transform: 'bucket[4]' }] } },
      ])
    expect(named).toThrow(/name of another column/)
    expect(add(3, 'hour')).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  it('sets and removes properties, refs and snapshots', () => {
    let next = applyUpdates(base, [
      { action: 'set-properties', updates: { a: '1', b: '2' } },
      { action: 'remove-properties', removals: ['a'] },
      ...commit(7n, 1n),
      ...commit(8n, 2n),
    ])
    expect(next.properties).toEqual({ b: '2', 'write.parquet.compression-codec': 'zstd' })
    next = applyUpdates(next, [{ action: 'remove-snapshots', snapshotIds: [7n] }])
    expect(next.snapshots.map((one) => one.snapshotId)).toEqual([8n])
    expect(next.snapshotLog.map((entry) => entry.snapshotId)).toEqual([8n])
    next = applyUpdates(next, [{ action: 'remove-snapshot-ref', refName: 'main' }])
    expect(next.currentSnapshotId).toBeUndefined()
  })

  it('takes references, statistics and history along when it removes snapshots', () => {
    const file = (snapshotId: bigint) => ({ snapshotId, statisticsPath: 's3://x', fileSizeInBytes: 1n })
    const full = applyUpdates(base, [
      ...commit(7n, 1n),
      ...commit(8n, 2n),
      { action: 'set-snapshot-ref', refName: 'old', type: 'tag', snapshotId: 7n },
      {
        action: 'set-statistics',
        statistics: { ...file(7n), fileFooterSizeInBytes: 1n, blobMetadata: [] },
      },
      { action: 'set-partition-statistics', partitionStatistics: file(7n) },
      { action: 'set-partition-statistics', partitionStatistics: { ...file(8n), statisticsPath: 'a' } },
      { action: 'set-partition-statistics', partitionStatistics: { ...file(8n), statisticsPath: 'b' } },
    ])
    expect(full.partitionStatistics.map((one) => one.statisticsPath)).toEqual(['s3://x', 'b'])
    const less = applyUpdates(full, [{ action: 'remove-snapshots', snapshotIds: [7n] }])
    expect(Object.keys(less.refs)).toEqual(['main'])
    expect(less.statistics).toEqual([])
    expect(less.partitionStatistics).toHaveLength(1)
    const none = applyUpdates(full, [
      { action: 'remove-snapshots', snapshotIds: [8n] },
      { action: 'remove-statistics', snapshotId: 7n },
      { action: 'remove-partition-statistics', snapshotId: 7n },
    ])
    expect(none.currentSnapshotId).toBeUndefined()
    expect(none.refs.main).toBeUndefined()
    expect([none.statistics, none.partitionStatistics]).toEqual([[], []])
  })

  it('leaves snapshots out of the log that were current only inside one commit', () => {
    const one = applyUpdates(base, commit(7n, 1n))
    const both = applyUpdates(one, [...commit(8n, 2n), ...commit(9n, 3n)])
    expect(both.snapshotLog.map((entry) => entry.snapshotId)).toEqual([7n, 9n])
  })

  it('refuses references that make no sense', () => {
    const next = applyUpdates(base, commit(7n, 1n))
    const set =
      (reference: Partial<SnapshotReference>, refName = 'x') =>
      () =>
        applyUpdates(next, [
          { action: 'set-snapshot-ref', refName, type: 'branch', snapshotId: 7n, ...reference },
        ])
    expect(set({ type: 'tag', minSnapshotsToKeep: 1 })).toThrow(/is a tag/)
    expect(set({ minSnapshotsToKeep: 0 })).toThrow(/above 0/)
    expect(set({ type: 'tag' }, 'main')).toThrow(/has to be a branch/)
    expect(set({ type: 'tag', maxRefAgeMs: 5 })().refs.x).toEqual({
      type: 'tag',
      snapshotId: 7n,
      maxRefAgeMs: 5,
    })
  })

  it('removes schemas and specs that are not in use, and keeps a dropped source from breaking the spec', () => {
    const evolved = applyUpdates(base, [
      { action: 'add-schema', schema: { schemaId: 9, fields: visitsSchema.fields.slice(0, 3) } },
      { action: 'set-current-schema', schemaId: -1 },
      { action: 'add-spec', spec: { fields: [] } },
      { action: 'set-default-spec', specId: -1 },
    ])
    expect(evolved).toMatchObject({ currentSchemaId: 1, defaultSpecId: 1, lastColumnId: 4 })
    expect(() => applyUpdates(evolved, [{ action: 'remove-schemas', schemaIds: [1] }])).toThrow(/current one/)
    expect(() => applyUpdates(evolved, [{ action: 'remove-partition-specs', specIds: [1] }])).toThrow(
      /default one/,
    )
    const trimmed = applyUpdates(evolved, [
      { action: 'remove-schemas', schemaIds: [0] },
      { action: 'remove-partition-specs', specIds: [0] },
    ])
    expect([trimmed.schemas.length, trimmed.partitionSpecs.length]).toEqual([1, 1])
    const dropDay = () =>
      applyUpdates(base, [
        { action: 'add-schema', schema: { schemaId: 0, fields: visitsSchema.fields.slice(0, 2) } },
        { action: 'set-current-schema', schemaId: -1 },
      ])
    expect(dropDay).toThrow(/"day" is made from column id 3/)
  })

  it('reuses equal specs, and the ids of fields with the same source and transform', () => {
    const next = applyUpdates(base, [
      {
        action: 'add-spec',
        spec: { fields: [{ sourceId: 3, fieldId: 1007, name: 'day', transform: 'identity' }] },
      },
      {
        action: 'add-spec',
        spec: {
          fields: [
            { sourceId: 1, name: 'id_bucket', transform: 'bucket[4]' },
            { sourceId: 3, name: 'the_day', transform: 'identity' },
          ],
        },
      },
    ])
    expect(next.partitionSpecs).toHaveLength(2)
    expect(next.partitionSpecs[1]?.fields.map((field) => field.fieldId)).toEqual([1001, 1000])
    expect(next.lastPartitionId).toBe(1001)
    expect(() => applyUpdates(base, [{ action: 'set-default-spec', specId: -1 }])).toThrow(/adds none/)
    const v1: TableMetadata = { ...base, formatVersion: 1 }
    const gap: TableUpdate = {
      action: 'add-spec',
      spec: { fields: [{ sourceId: 1, fieldId: 1001, name: 'b', transform: 'bucket[4]' }] },
    }
    expect(() => applyUpdates(v1, [gap])).toThrow(/count from 1000/)
  })

  it('adds and removes encryption keys by their id', () => {
    const key = { keyId: 'a', encryptedKeyMetadata: 'aGk=' }
    const add: TableUpdate = { action: 'add-encryption-key', encryptionKey: key }
    const next = applyUpdates(base, [add, add])
    expect(next.encryptionKeys).toEqual([key])
    expect(applyUpdates(next, [{ action: 'remove-encryption-key', keyId: 'a' }]).encryptionKeys).toEqual([])
  })

  it('advances next-row-id in version 3 and refuses snapshots without row lineage', () => {
    const v3 = applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 3 }])
    const add = (lineage: Partial<Snapshot>, id = 7n, sequenceNumber = 1n): TableUpdate => ({
      action: 'add-snapshot',
      snapshot: { ...snapshot(id, sequenceNumber), ...lineage },
    })
    expect(() => applyUpdates(v3, [add({})])).toThrow(/no first-row-id/)
    const next = applyUpdates(v3, [add({ firstRowId: 0n, addedRows: 100n })])
    expect(next.nextRowId).toBe(100n)
    expect(() => applyUpdates(next, [add({ firstRowId: 99n, addedRows: 1n }, 8n, 2n)])).toThrow(
      expect.objectContaining({ code: 'conflict', retryable: true }),
    )
    expect(applyUpdates(next, [add({ firstRowId: 100n, addedRows: 0n }, 8n, 2n)]).nextRowId).toBe(100n)
  })

  it('refuses types and defaults of version 3 in version 2', () => {
    const add = (field: Partial<NestedField>): TableUpdate => ({
      action: 'add-schema',
      schema: {
        schemaId: 0,
        fields: [...visitsSchema.fields, { id: 9, name: 'x', required: false, type: 'int', ...field }],
      },
    })
    expect(() => applyUpdates(base, [add({ type: 'variant' })])).toThrow(/needs format version 3/)
    expect(() => applyUpdates(base, [add({ initialDefault: 1 })])).toThrow(/needs format version 3/)
    const upgrade: TableUpdate = { action: 'upgrade-format-version', formatVersion: 3 }
    expect(applyUpdates(base, [upgrade, add({ initialDefault: 1 })]).schemas).toHaveLength(2)
  })

  it('raises the format version and never lowers it', () => {
    const old: TableMetadata = { ...base, formatVersion: 1 }
    expect(applyUpdates(old, [{ action: 'upgrade-format-version', formatVersion: 2 }]).formatVersion).toBe(2)
    expect(() => applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 1 }])).toThrow(
      /go back/,
    )
    expect(() => applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 4 }])).toThrow(
      /not supported/,
    )
    expect(applyUpdates(base, [{ action: 'upgrade-format-version', formatVersion: 3 }]).formatVersion).toBe(3)
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
    expect(stale).toThrow('Requirement failed: branch main was created concurrently: expected none, found 7.')
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
