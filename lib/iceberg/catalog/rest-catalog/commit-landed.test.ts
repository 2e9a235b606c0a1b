import { describe, expect, it } from 'vitest'
import { applyUpdates } from '../../commit/apply-updates.ts'
import { newTableMetadata } from '../../commit/new-table-metadata.ts'
import type { TableUpdate } from '../../commit/table-update.ts'
import { visitsRequest, visitsSchema } from '../../test-support/sample-table.ts'
import { commitLanded, landsAtMostOnce } from './commit-landed.ts'

const base = newTableMetadata('s3://warehouse/visits', visitsRequest, 1000)

const append = (id: bigint, sequenceNumber: bigint): TableUpdate[] => [
  {
    action: 'add-snapshot',
    snapshot: {
      snapshotId: id,
      sequenceNumber,
      timestampMs: 2000,
      manifestList: `s3://x/${id}.avro`,
      summary: { operation: 'append' },
      schemaId: 0,
    },
  },
  { action: 'set-snapshot-ref', refName: 'main', type: 'branch', snapshotId: id },
]

describe('whether a commit has landed', () => {
  it('shows in its snapshot, also below the commits of others', () => {
    const ours = applyUpdates(base, append(7n, 1n))
    expect(commitLanded(base, append(7n, 1n))).toBe(false)
    expect(commitLanded(ours, append(7n, 1n))).toBe(true)
    expect(commitLanded(applyUpdates(ours, append(8n, 2n)), append(7n, 1n))).toBe(true)
    expect(commitLanded(applyUpdates(base, append(8n, 1n)), append(7n, 1n))).toBe(false)
  })

  it('shows in its effect where it adds no snapshot', () => {
    const updates: TableUpdate[] = [
      { action: 'set-properties', updates: { owner: 'data team' } },
      {
        action: 'add-schema',
        schema: {
          schemaId: 0,
          fields: [...visitsSchema.fields, { id: 9, name: 'x', required: false, type: 'int' }],
        },
      },
      { action: 'set-current-schema', schemaId: -1 },
    ]
    expect(commitLanded(base, updates)).toBe(false)
    expect(commitLanded(applyUpdates(base, updates), updates)).toBe(true)
    const half = applyUpdates(base, updates.slice(0, 1))
    expect(commitLanded(half, updates)).toBe(false)
    expect(commitLanded(base, [{ action: 'set-current-schema', schemaId: 5 }])).toBe(false)
  })
})

describe('whether it may be sent twice', () => {
  const pin = { type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: null } as const

  it('needs a new snapshot and its ref pinned', () => {
    expect(landsAtMostOnce(append(7n, 1n), [pin])).toBe(true)
    expect(landsAtMostOnce(append(7n, 1n), [])).toBe(false)
    expect(landsAtMostOnce(append(7n, 1n), [{ ...pin, ref: 'audit' }])).toBe(false)
    expect(landsAtMostOnce(append(7n, 1n).slice(0, 1), [pin])).toBe(false)
    expect(landsAtMostOnce([{ action: 'set-properties', updates: { a: 'b' } }], [pin])).toBe(false)
  })
})
