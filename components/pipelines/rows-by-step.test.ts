import { expect, it } from 'vitest'
import { rowsByStep } from './rows-by-step.ts'

it('sums rows by step, leaves out what is older, and counts a clock that is ahead as now', () => {
  const now = Date.UTC(2026, 0, 1)
  const at = (secondsAgo: number, rows: number) => ({
    recordedAt: new Date(now - secondsAgo * 1_000).toISOString(),
    rows,
  })
  expect(
    rowsByStep([at(-2, 1), at(1, 10), at(29, 5), at(31, 7), at(89, 3), at(91, 100)], now, 3, 30_000),
  ).toEqual([3, 7, 16])
})
