import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketEnd,
  bucketLabel,
  bucketStart,
  bucketStarts,
  fixedOffset,
  formatInstant,
  grains,
  previousSpan,
  widenToBuckets,
} from './buckets.ts'
import { parseRange } from './parse-range.ts'

const seoul = 'Asia/Seoul'
const at = (iso: string) => Date.parse(iso)

describe('buckets', () => {
  it('cut days and months on the clock of the site, not in UTC', () => {
    const lastSecond = at('2025-07-31T23:59:59+09:00')
    const firstSecond = at('2025-08-01T00:00:00+09:00')
    expect(bucketLabel(bucketStart(lastSecond, 'month', seoul), 'month', seoul)).toBe('2025-07')
    expect(bucketLabel(bucketStart(firstSecond, 'month', seoul), 'month', seoul)).toBe('2025-08')
    expect(bucketStart(firstSecond, 'day', seoul)).toBe(at('2025-07-31T15:00:00Z'))
    expect(bucketLabel(bucketStart(lastSecond, 'hour', seoul), 'hour', seoul)).toBe('23:00~24:00')
    expect(bucketLabel(at('2025-01-20T13:00:00+09:00'), 'hour', seoul)).toBe('13:00~14:00')
  })

  it('keeps both hours of an autumn change apart, and days of 23 and 25 hours whole', () => {
    const newYork = 'America/New_York'
    const firstOne = bucketStart(at('2025-11-02T01:30:00-04:00'), 'hour', newYork)
    const secondOne = bucketStart(at('2025-11-02T01:30:00-05:00'), 'hour', newYork)
    expect(secondOne - firstOne).toBe(3_600_000)
    const long = bucketStart(at('2025-11-02T12:00:00-05:00'), 'day', newYork)
    expect(bucketEnd(long, 'day', newYork) - long).toBe(25 * 3_600_000)
    const short = bucketStart(at('2025-03-09T12:00:00-04:00'), 'day', newYork)
    expect(bucketEnd(short, 'day', newYork) - short).toBe(23 * 3_600_000)
  })

  it('tile the time line in any zone', () => {
    const zone = fc.constantFrom(seoul, 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney')
    const instant = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    fc.assert(
      fc.property(zone, instant, fc.constantFrom(...grains), (timeZone, moment, grain) => {
        const start = bucketStart(moment, grain, timeZone)
        const end = bucketEnd(start, grain, timeZone)
        expect(start).toBeLessThanOrEqual(moment)
        expect(end).toBeGreaterThan(moment)
        expect(bucketStart(start, grain, timeZone)).toBe(start)
        expect(bucketStart(end, grain, timeZone)).toBe(end)
        expect(bucketStart(end - 1, grain, timeZone)).toBe(start)
      }),
    )
  })

  it('have one offset in a span, or none where clocks change in it', () => {
    const day = (date: string) => ({ from: at(`${date}T00:00:00Z`), to: at(`${date}T24:00:00Z`) })
    expect(fixedOffset(day('2025-07-01'), seoul)).toBe(9 * 3_600_000)
    expect(fixedOffset(day('2025-07-01'), 'Asia/Kolkata')).toBe(5.5 * 3_600_000)
    expect(fixedOffset(day('2025-11-01'), 'America/New_York')).toBe(-4 * 3_600_000)
    expect(fixedOffset(day('2025-11-02'), 'America/New_York')).toBeNull()
    expect(
      fixedOffset({ from: at('2025-03-01T00:00:00Z'), to: at('2025-12-01T00:00:00Z') }, 'America/New_York'),
    ).toBeNull()
    // Local mean time, 8:27:52 ahead.
    expect(fixedOffset(day('1900-01-01'), seoul)).toBeNull()
  })

  it('list every bucket a span touches', () => {
    const span = { from: at('2025-07-01T00:30:00+09:00'), to: at('2025-07-01T03:00:00+09:00') }
    expect(bucketStarts(span, 'hour', seoul).map((start) => bucketLabel(start, 'hour', seoul))).toEqual([
      '00:00~01:00',
      '01:00~02:00',
      '02:00~03:00',
    ])
    expect(widenToBuckets(span, 'day', seoul)).toEqual({
      from: at('2025-07-01T00:00:00+09:00'),
      to: at('2025-07-02T00:00:00+09:00'),
    })
    expect(bucketStarts({ from: 5, to: 5 }, 'hour', seoul)).toEqual([])
  })
})

describe('parseRange', () => {
  it('includes a whole last day or month, and leaves out the instant of a date-time', () => {
    expect(parseRange('2025-07-01', '2025-07-31', seoul)).toEqual({
      from: at('2025-06-30T15:00:00Z'),
      to: at('2025-07-31T15:00:00Z'),
    })
    expect(parseRange('2025-07', '2025-07', seoul)).toEqual(parseRange('2025-07-01', '2025-07-31', seoul))
    expect(parseRange('2025-07-01T13:00', '2025-07-01T05:00:00Z', seoul)).toEqual({
      from: at('2025-07-01T13:00:00+09:00'),
      to: at('2025-07-01T14:00:00+09:00'),
    })
  })

  it.each([
    ['yesterday', '2025-07-01'],
    ['2025-13-01', '2025-07-01'],
    ['2025-07-02', '2025-07-01'],
    ['2025-07-01T13:00', '2025-07-01T13:00'],
    ['2025', '2026'],
  ])('refuses %s … %s and says what is expected', (from, to) => {
    expect(() => parseRange(from, to, seoul)).toThrow(/is not a date|is empty/)
  })
})

describe('previousSpan', () => {
  const previous = (from: string, to: string, grain: 'hour' | 'day' | 'month') => {
    const span = previousSpan(parseRange(from, to, seoul), grain, seoul)
    return [formatInstant(span.from, seoul), formatInstant(span.to, seoul)]
  }

  it('has as many days, or months at month grain', () => {
    expect(previous('2025-07-01', '2025-07-31', 'day')).toEqual([
      '2025-05-31T00:00:00+09:00',
      '2025-07-01T00:00:00+09:00',
    ])
    expect(previous('2025-07', '2025-07', 'month')).toEqual([
      '2025-06-01T00:00:00+09:00',
      '2025-07-01T00:00:00+09:00',
    ])
    expect(previous('2025-07-01T13:00', '2025-07-01T15:00', 'hour')).toEqual([
      '2025-07-01T11:00:00+09:00',
      '2025-07-01T13:00:00+09:00',
    ])
  })

  it('has as many days over a clock change', () => {
    const zone = 'America/New_York'
    const span = previousSpan(parseRange('2025-03-10', '2025-03-11', zone), 'hour', zone)
    expect(formatInstant(span.from, zone)).toBe('2025-03-08T00:00:00-05:00')
  })
})
