import { describe, expect, it } from 'vitest'
import { type EarlierRun, estimateBytesWritten, estimateRun } from './estimate-run.ts'
import { planActions } from './plan-types.ts'

const work = (files: number, bytes = 0, snapshots = 0) => ({ files, bytes, snapshots })
const run = (files: number, bytes: number, durationMs: number, bytesWritten?: number): EarlierRun => ({
  work: work(files, bytes),
  durationMs,
  ...(bytesWritten === undefined ? {} : { bytesWritten }),
})
const none = { table: [], all: [] }

describe('the estimated time of a run', () => {
  it('goes by the default rates where nothing has run yet', () => {
    expect(estimateRun('compaction', work(2_000, 80_000_000), none)).toEqual({
      ms: 300 + 2_000 + 2_000,
      basis: 'default',
      runs: 0,
    })
    expect(estimateRun('expire-snapshots', work(1_000, 5, 500), none).ms).toBe(200 + 200 + 500)
  })

  it('is as much longer as earlier runs were, of the table before those of others', () => {
    const slow = run(100, 0, 4_000)
    const quick = run(700, 0, 500)
    // 400 ms by the rates, took ten times that; 1,000 ms by the rates, took half.
    expect(estimateRun('compaction', work(200), { table: [slow], all: [slow, quick] })).toEqual({
      ms: 5_000,
      basis: 'table',
      runs: 1,
    })
    expect(estimateRun('compaction', work(200), { table: [], all: [quick] })).toEqual({
      ms: 250,
      basis: 'all',
      runs: 1,
    })
    // Together: 4,500 ms where the rates say 1,400.
    expect(estimateRun('compaction', work(200), { table: [slow, quick], all: [] }).ms).toBe(
      Math.round((500 * 4_500) / 1_400),
    )
  })

  it.each(planActions)('of %s grows with its work and is never nothing', (action) => {
    const [little, much] = [work(1), work(100_000, 1_000_000_000, 1_000)].map(
      (one) => estimateRun(action, one, none).ms,
    )
    expect(little).toBeGreaterThan(0)
    if (action === 'tag-snapshots') expect(much).toBe(little)
    else expect(much).toBeGreaterThan(little ?? 0)
  })
})

describe('the bytes a compaction will write', () => {
  it('are the share that earlier ones wrote, all that is read where there were none', () => {
    expect(estimateBytesWritten(1_000, none)).toBe(1_000)
    const earlier = { table: [run(1, 100, 1, 40), run(1, 300, 1, 160)], all: [] }
    expect(estimateBytesWritten(1_000, earlier)).toBe(500)
    expect(estimateBytesWritten(1_000, { table: [run(1, 100, 1)], all: [] })).toBe(1_000)
  })
})
