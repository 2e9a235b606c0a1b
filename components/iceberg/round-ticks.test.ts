import { describe, expect, it } from 'vitest'
import { roundTicks } from './round-ticks.ts'

describe('roundTicks', () => {
  it.each([
    ['from zero', 0, 47, [0, 20, 40, 60]],
    ['around a level', 1_230_000, 1_570_000, [1_200_000, 1_400_000, 1_600_000]],
    ['ends that are ticks', 0, 300, [0, 100, 200, 300]],
    ['whole steps only', 0, 2, [0, 1, 2]],
    ['nothing', 0, 0, [0, 1]],
    ['steps that three digits can tell apart', 476_100_000, 476_200_000, [476_000_000, 477_000_000]],
    ['beyond a thousand', 999, 1_001, [990, 1_000, 1_010]],
  ])('%s', (_, low, high, ticks) => {
    expect(roundTicks(low, high)).toEqual(ticks)
  })
})
