import { describe, expect, it } from 'vitest'
import {
  addDays,
  daysBetween,
  endOfMonthBefore,
  fromLocalDate,
  isSiteDay,
  siteDayOf,
  startOfMonth,
  toLocalDate,
} from './site-day.ts'

describe('site days', () => {
  it('knows which days exist', () => {
    expect(['2025-07-31', '2024-02-29'].every(isSiteDay)).toBe(true)
    expect(['2025-02-29', '2025-7-1', '2025-13-01', ''].some(isSiteDay)).toBe(false)
  })

  it('reads the day off the clock of the site', () => {
    expect(siteDayOf(new Date('2025-07-31T15:00:00Z'), 'Asia/Seoul')).toBe('2025-08-01')
    expect(siteDayOf(new Date('2025-07-31T14:59:59Z'), 'Asia/Seoul')).toBe('2025-07-31')
  })

  it('counts over month ends', () => {
    expect(addDays('2025-07-31', 1)).toBe('2025-08-01')
    expect(addDays('2025-03-01', -1)).toBe('2025-02-28')
    expect(daysBetween('2025-07-01', '2025-07-31')).toBe(31)
    expect(startOfMonth('2025-07-31')).toBe('2025-07-01')
    expect(endOfMonthBefore('2025-07-31')).toBe('2025-06-30')
  })

  it('goes to a calendar and back', () => {
    expect(fromLocalDate(toLocalDate('2025-03-09'))).toBe('2025-03-09')
  })
})
