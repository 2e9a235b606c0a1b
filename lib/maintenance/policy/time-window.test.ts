import { describe, expect, it } from 'vitest'
import { lookAtWindow, TimeWindowSchema } from './time-window.ts'

const window = (days: number[], from: string, to: string, timeZone = 'UTC') =>
  TimeWindowSchema.parse({ days, from, to, timeZone })
const look = (given: ReturnType<typeof window>, now: string) => {
  const { open, opensAt } = lookAtWindow(given, Date.parse(now))
  return { open, opensAt: opensAt === null ? null : new Date(opensAt).toISOString() }
}
const everyDay = [1, 2, 3, 4, 5, 6, 7]

describe('lookAtWindow', () => {
  it('is open from its first minute to just before its last', () => {
    const night = window(everyDay, '01:00', '05:00')
    expect(look(night, '2026-03-02T00:59:59Z')).toEqual({ open: false, opensAt: '2026-03-02T01:00:00.000Z' })
    expect(look(night, '2026-03-02T01:00:00Z').open).toBe(true)
    expect(look(night, '2026-03-02T04:59:59Z').open).toBe(true)
    expect(look(night, '2026-03-02T05:00:00Z')).toEqual({ open: false, opensAt: '2026-03-03T01:00:00.000Z' })
  })

  it('reaches over midnight from the day on which it opens', () => {
    // 2026-03-06 is a Friday.
    const weekend = window([5], '22:00', '04:00')
    expect(look(weekend, '2026-03-06T23:00:00Z').open).toBe(true)
    expect(look(weekend, '2026-03-07T03:59:00Z').open).toBe(true)
    expect(look(weekend, '2026-03-07T22:30:00Z')).toEqual({
      open: false,
      opensAt: '2026-03-13T22:00:00.000Z',
    })
  })

  it('is the whole day with equal times, and counts days in its zone', () => {
    const monday = window([1], '00:00', '00:00', 'Asia/Seoul')
    expect(look(monday, '2026-03-01T15:00:00Z').open).toBe(true)
    expect(look(monday, '2026-03-01T14:59:00Z').open).toBe(false)
    expect(look(monday, '2026-03-02T15:00:00Z')).toEqual({ open: false, opensAt: '2026-03-08T15:00:00.000Z' })
  })
})
