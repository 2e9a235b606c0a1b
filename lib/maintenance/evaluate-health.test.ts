import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactionPolicy } from './compaction-policy.ts'
import { evaluateHealth, type HealthFacts, worstFirst } from './evaluate-health.ts'
import { emptyCounts, type PartitionTally } from './health/partition-tally.ts'
import { mergeTallies } from './health/tally-table.ts'
import { defaultPolicy } from './policy/default-policy.ts'

const policy = compactionPolicy({ ...defaultPolicy(), 'compaction.targetBytes': 100_000_000 })

const partition = (key: string, counts: Partial<PartitionTally>): PartitionTally => ({
  ...emptyCounts(),
  key,
  specId: 0,
  path: `hour=${key}`,
  ...counts,
})
/** A partition of `files` files of 1 kB and 10 rows each. */
const small = (key: string, files: number, counts: Partial<PartitionTally> = {}) =>
  partition(key, { files, smallFiles: files, bytes: files * 1_000, rows: files * 10, ...counts })

const manifest = {} as HealthFacts['tally']['manifests'][number]
const evaluate = (
  partitions: PartitionTally[],
  facts: Partial<HealthFacts> & { manifestCount?: number } = {},
) => {
  const { manifestCount = 1, ...rest } = facts
  return evaluateHealth({
    tally: {
      partitions,
      everywhere: { equalityDeleteFiles: 0, equalityDeletedRows: 0 },
      strandedDeleteFiles: 0,
      manifests: Array.from({ length: manifestCount }, () => manifest),
    },
    policy,
    manifests: { needed: 1, minCount: 100 },
    snapshots: { listed: 1, overdue: 0 },
    snapshotId: 9_007_199_254_740_993n,
    now: new Date('2026-01-01T00:00:00Z'),
    ...rest,
  })
}
const health = (...given: Parameters<typeof evaluate>) => evaluate(...given).health

describe('evaluateHealth', () => {
  it('is 100 where nothing can be gained, however small the files are', () => {
    const single = Array.from({ length: 24 }, (_, n) => small(String(n), 1))
    expect(health(single)).toMatchObject({
      score: 100,
      grade: 'good',
      smallFiles: 24,
      mergeableFiles: 0,
      snapshotId: '9007199254740993',
    })
    expect(health([])).toMatchObject({ score: 100, files: 0, averageFileBytes: 0 })
  })

  it('falls with the files a reader opens in vain', () => {
    expect(health([small('1', 20)])).toMatchObject({
      score: 5,
      grade: 'poor',
      mergeableFiles: 20,
      partitionsToCompact: 1,
      parts: { smallFiles: { points: 95, inputs: { files: 20, neededFiles: 1 } } },
    })
    const half = [small('0', 10), ...Array.from({ length: 9 }, (_, n) => small(String(n + 1), 1))]
    expect(health(half)).toMatchObject({ score: 53, grade: 'fair' })
  })

  it.each([
    ['a tenth of the rows by position', { positionDeleteFiles: 1, positionDeletedRows: 1 }, 30],
    ['a tenth of the rows by equality', { equalityDeleteFiles: 0, equalityDeletedRows: 1 }, 60],
    ['ten equality delete files', { equalityDeleteFiles: 10 }, 30],
    ['everything', { positionDeletedRows: 10, equalityDeleteFiles: 50 }, 60],
  ])('counts deletes: %s', (_, counts, points) => {
    expect(health([small('1', 1, counts)]).parts.deletes.points).toBe(points)
  })

  it('lets equality deletes without a partition weigh on all of them', () => {
    const tally = mergeTallies([
      [small('1', 1), small('2', 1)],
      [{ ...partition('x', { equalityDeleteFiles: 10, equalityDeletedRows: 0 }), path: '' }],
    ])
    const { partitions, health: whole } = evaluate([], { tally: { ...tally, manifests: [] } })
    expect(partitions.map(({ points }) => points.deletes)).toEqual([30, 30])
    expect(whole).toMatchObject({ deleteFiles: 10, parts: { deletes: { points: 30 } } })
  })

  it('counts manifests, snapshots and skew', () => {
    const clean = [small('1', 1)]
    expect(health(clean, { manifestCount: 126 }).parts.manifests.points).toBe(10)
    expect(health(clean, { manifestCount: 51 }).parts.manifests.points).toBe(0)
    expect(health(clean, { manifestCount: 1_000 }).parts.manifests.points).toBe(20)
    expect(health(clean, { snapshots: { listed: 60, overdue: 50 } }).parts.snapshots.points).toBe(10)
    const even = Array.from({ length: 99 }, (_, n) => partition(String(n), { files: 1, bytes: 1_000_000 }))
    expect(health(even).parts.skew.points).toBe(0)
    const one = partition('large', { files: 10, bytes: 1_000_000_000 })
    expect(health([...even, one]).parts.skew.points).toBe(10)
  })

  it('is 100 less the points of its parts, and never below 0', () => {
    const tallies = fc.array(
      fc.record({
        files: fc.integer({ min: 1, max: 1_000 }),
        positionDeletedRows: fc.nat(1_000),
        equalityDeleteFiles: fc.nat(50),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(tallies, fc.nat(500), fc.nat(500), (given, manifestCount, overdue) => {
        const { score, parts } = health(
          given.map((counts, n) => small(String(n), counts.files, counts)),
          { manifestCount, snapshots: { listed: 500, overdue } },
        )
        const lost = Object.values(parts).reduce((sum, { points }) => sum + points, 0)
        expect(score).toBe(Math.max(0, Math.round(100 - lost)))
        for (const { points, most } of Object.values(parts)) expect(points).toBeLessThanOrEqual(most)
      }),
    )
  })

  it('shows the worst partitions first', () => {
    const { partitions } = evaluate([small('good', 1), small('bad', 10), small('worse', 100)])
    expect(worstFirst(partitions).map(({ key }) => key)).toEqual(['worse', 'bad', 'good'])
  })
})

describe('mergeTallies', () => {
  it('adds up manifests in whatever order', () => {
    const counts = fc.record({ key: fc.constantFrom('1', '2', '3'), files: fc.integer({ min: 1, max: 9 }) })
    fc.assert(
      fc.property(fc.array(fc.array(counts)), (given) => {
        const parts = given.map((part) => part.map(({ key, files }) => small(key, files)))
        const sum = (order: PartitionTally[][]) =>
          Object.fromEntries(
            mergeTallies(order).partitions.map(({ key, files, rows }) => [key, [files, rows]]),
          )
        const files = given.flat().reduce((total, one) => total + one.files, 0)
        expect(Object.values(sum(parts)).reduce((total, [one = 0]) => total + one, 0)).toBe(files)
        expect(sum(parts.toReversed())).toEqual(sum(parts))
      }),
    )
  })
})
