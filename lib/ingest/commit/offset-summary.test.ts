import { describe, expect, it } from 'vitest'
import { offsetSummary } from './offset-summary.ts'

const range = (source: string, partition: string, from: bigint, to: bigint) => ({
  source,
  partition,
  from,
  to,
})

describe('offsetSummary', () => {
  it('merges neighbouring ranges and keeps 64-bit offsets', () => {
    const text = offsetSummary([
      range('feed', '0', 20n, 30n),
      range('feed', '0', 10n, 20n),
      range('feed', '1', 9_007_199_254_740_993n, 9_007_199_254_740_999n),
      range('feed', '0', 40n, 41n),
    ])
    expect(text).toBe('{"feed":{"0":[[10,30],[40,41]],"1":[[9007199254740993,9007199254740999]]}}')
  })

  it('names counts only when there are too many', () => {
    const many = Array.from({ length: 2_000 }, (_, index) =>
      range('folder', `events-${index}.jsonl`, 0n, 10n),
    )
    expect(offsetSummary(many)).toBe('{"partitions":2000,"ranges":2000}')
  })
})
