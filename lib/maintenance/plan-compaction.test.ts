import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { compactionPolicy } from './compaction-policy.ts'
import { groupByPartition, type LiveFile } from './partition-files.ts'
import { planCompaction } from './plan-compaction.ts'
import { defaultPolicy } from './policy/default-policy.ts'

const now = Date.parse('2025-07-01T12:00:00Z')
const hour = 3_600_000
const policy = compactionPolicy({ ...defaultPolicy(), 'compaction.targetBytes': 100_000_000 })

const metadata = {
  schemas: [{ schemaId: 0, fields: [{ id: 1, name: 'hour', required: false, type: 'int' as const }] }],
  partitionSpecs: [0, 1].map((specId) => ({
    specId,
    fields: [{ sourceId: 1, fieldId: 1000, name: 'hour', transform: 'identity' as const }],
  })),
}

const deleteFile: DataFile = {
  content: 'position-deletes',
  filePath: 'file:///warehouse/deletes.parquet',
  fileFormat: 'PARQUET',
  specId: 0,
  partition: {},
  recordCount: 1n,
  fileSizeInBytes: 100n,
}

let made = 0
function file(
  hourOfDay: number,
  bytes: number,
  options: { age?: number; deletes?: boolean; spec?: number } = {},
): LiveFile {
  made += 1
  return {
    file: {
      content: 'data',
      filePath: `file:///warehouse/${made}.parquet`,
      fileFormat: 'PARQUET',
      specId: options.spec ?? 0,
      partition: { hour: hourOfDay },
      recordCount: BigInt(bytes),
      fileSizeInBytes: BigInt(bytes),
    },
    bytes,
    sequenceNumber: 1n,
    snapshotId: 1n,
    deletes: options.deletes ? [{ file: deleteFile, sequenceNumber: 2n }] : [],
    arrivedAt: now - (options.age ?? hour),
  }
}
const files = (count: number, make: () => LiveFile) => Array.from({ length: count }, make)
const plan = (live: LiveFile[], options: { byHand?: boolean; policy?: typeof policy } = {}) =>
  planCompaction(groupByPartition(live, metadata), {
    policy: options.policy ?? policy,
    now,
    byHand: options.byHand ?? false,
  })

describe('planCompaction', () => {
  it('merges the small files of a partition from the minimum on, and leaves the others alone', () => {
    const result = plan([...files(5, () => file(1, 1_000)), ...files(4, () => file(2, 1_000))])
    expect(result.groups).toHaveLength(1)
    expect(result.groups[0]).toMatchObject({ name: 'hour=1', bytes: 5_000, rows: 5_000n })
    expect(result).toMatchObject({ files: 5, bytes: 5_000, rows: 5_000n })
  })

  it('by hand merges any two', () => {
    expect(plan([file(1, 1_000), file(1, 2_000), file(2, 5)], { byHand: true }).groups).toMatchObject([
      { name: 'hour=1', bytes: 3_000 },
    ])
  })

  it('never mixes partitions or partition specs', () => {
    const result = plan([...files(6, () => file(1, 10)), ...files(6, () => file(1, 10, { spec: 1 }))])
    expect(result.groups.map((group) => new Set(group.files.map((live) => live.file.specId)).size)).toEqual([
      1, 1,
    ])
  })

  it('merges files with deletes like others', () => {
    const result = plan([...files(3, () => file(1, 10, { deletes: true })), ...files(3, () => file(1, 10))])
    expect(result.groups.map((group) => group.files.length)).toEqual([6])
  })

  it('keeps groups within the target and takes no large file', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 150_000_000 }), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, fc.boolean(), (bytes, byHand) => {
        const live = bytes.map((size) => file(1, size))
        const result = plan(live, { byHand })
        const used = result.groups.flatMap((group) => group.files)
        expect(new Set(used).size).toBe(used.length)
        for (const group of result.groups) {
          expect(group.files.length).toBeGreaterThanOrEqual(2)
          expect(group.bytes).toBeLessThanOrEqual(policy.targetBytes)
        }
        for (const chosen of used) expect(chosen.bytes).toBeLessThan(75_000_000)
      }),
    )
  })

  it('puts the groups that save most files first', () => {
    const result = plan([...files(5, () => file(1, 10)), ...files(9, () => file(2, 10))])
    expect(result.groups.map((group) => group.files.length)).toEqual([9, 5])
  })

  it.each([false, true])('takes sealed partitions before those that still grow (by hand: %s)', (byHand) => {
    const growing = files(9, () => file(2, 10, { age: 60_000 }))
    const result = plan([...growing, ...files(5, () => file(1, 10)), ...files(6, () => file(3, 10))], {
      byHand,
    })
    expect(result.groups.map(({ name }) => name)).toEqual(['hour=3', 'hour=1', 'hour=2'])
  })

  it('does not rewrite a large file again and again while its partition grows', () => {
    const fresh = files(5, () => file(1, 1_000, { age: 1_000 }))
    const merged = file(1, 40_000_000, { age: 60_000 })
    expect(plan([...fresh, merged]).groups).toMatchObject([{ bytes: 5_000 }])
    const sealed = [...fresh, merged].map((live) => ({ ...live, arrivedAt: now - hour }))
    expect(plan(sealed).groups).toMatchObject([{ bytes: 40_005_000 }])
  })

  it('writes each row a bounded number of times while commits keep coming', () => {
    let live: LiveFile[] = []
    let written = 0
    const commits = 720
    for (let commit = 0; commit < commits; commit++) {
      live.push(file(1, 1_000, { age: 0 }))
      for (const group of plan(live).groups) {
        written += group.bytes
        live = [...live.filter((one) => !group.files.includes(one)), file(1, group.bytes, { age: 0 })]
      }
    }
    expect(live.length).toBeLessThan(15)
    expect(written / (commits * 1_000)).toBeLessThan(12)
  })
})

describe('files with many deletes', () => {
  const large = (deletes: LiveFile['deletes']): LiveFile => ({ ...file(1, 90_000_000), deletes })
  const named = (live: LiveFile, rows: bigint) => ({
    file: { ...deleteFile, recordCount: rows, referencedDataFile: live.file.filePath },
    sequenceNumber: 2n,
  })

  it('are rewritten alone, whatever their size, from as many delete files as the policy says', () => {
    const one = { file: deleteFile, sequenceNumber: 2n }
    expect(plan([large(Array.from({ length: 4 }, () => one))]).groups).toEqual([])
    expect(plan([large(Array.from({ length: 5 }, () => one))]).groups).toMatchObject([{ bytes: 90_000_000 }])
  })

  it('are rewritten when the share of their rows that is known to be deleted is large', () => {
    const live = large([])
    const withDeletes = (rows: bigint) => plan([{ ...live, deletes: [named(live, rows)] }]).groups
    expect(withDeletes(26_000_000n)).toEqual([])
    expect(withDeletes(27_000_000n)).toHaveLength(1)
    const never = { ...policy, deletedRowShare: null }
    expect(plan([{ ...live, deletes: [named(live, 90_000_000n)] }], { policy: never }).groups).toEqual([])
  })

  it('puts many files in order together where columns are named, and none a second time', () => {
    const named = { ...policy, strategy: 'z-order' as const, zOrderColumns: ['a', 'b'] }
    const live = files(10, () => file(1, 40_000_000))
    expect(plan(live, { policy }).groups.map((group) => group.files.length)).toEqual([2, 2, 2, 2, 2])
    expect(plan(live, { policy: named }).groups.map((group) => group.files.length)).toEqual([10])
    // Two of three quarters are two again; ten would be eight.
    const eager = { ...named, minInputFiles: 2, smallFileBytes: 100_000_000 }
    const large = (count: number) =>
      plan(
        files(count, () => file(1, 76_000_000)),
        { policy: eager },
      )
    expect(large(2).groups).toEqual([])
    expect(large(10).groups.map((group) => group.files.length)).toEqual([10])
  })

  it('takes files of every size when all are asked for', () => {
    const live = [file(1, 99_000_000), file(2, 300_000_000)]
    const all = planCompaction(groupByPartition(live, metadata), { policy, now, byHand: true, all: true })
    expect(all.groups.map((group) => group.files.length)).toEqual([1, 1])
    expect(plan(live, { byHand: true }).groups).toEqual([])
  })
})
