import { describe, expect, it } from 'vitest'
import { nextCronTime, parseCron } from './cron.ts'

const next = (cron: string, after: string, zone = 'UTC') => {
  const time = nextCronTime(parseCron(cron), Date.parse(after), zone)
  return time === null ? null : new Date(time).toISOString()
}

describe('nextCronTime', () => {
  it.each([
    ['0 3 * * *', '2026-03-01T02:59:59Z', '2026-03-01T03:00:00.000Z'],
    ['0 3 * * *', '2026-03-01T03:00:00Z', '2026-03-02T03:00:00.000Z'],
    ['*/15 * * * *', '2026-03-01T10:16:00Z', '2026-03-01T10:30:00.000Z'],
    ['5,35 8-10/2 * * *', '2026-03-01T08:35:00Z', '2026-03-01T10:05:00.000Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    // Sunday by either name.
    ['0 0 * * 0', '2026-03-02T00:00:00Z', '2026-03-08T00:00:00.000Z'],
    ['0 0 * * 7', '2026-03-02T00:00:00Z', '2026-03-08T00:00:00.000Z'],
    // A day of the month and a day of the week: either.
    ['0 0 10 * 1', '2026-03-03T00:00:00Z', '2026-03-09T00:00:00.000Z'],
  ])('%s after %s is %s', (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected)
  })

  it('counts in the time zone', () => {
    expect(next('0 3 * * *', '2026-03-01T00:00:00Z', 'Asia/Seoul')).toBe('2026-03-01T18:00:00.000Z')
  })

  it('moves an hour that a clock change leaves out into the next one', () => {
    expect(next('30 2 29 3 *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  })

  it('is null for a day that never comes', () => {
    expect(next('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeNull()
  })
})

describe('parseCron', () => {
  it.each([
    ['0 3 * *', /five fields/],
    ['60 * * * *', /minute/],
    ['0 24 * * *', /hour/],
    ['0 0 0 * *', /day of the month/],
    ['0 0 * 13 *', /month/],
    ['0 0 * * mon', /day of the week/],
    ['*/0 * * * *', /minute/],
    ['5-1 * * * *', /minute/],
  ])('refuses %s', (text, message) => {
    expect(() => parseCron(text)).toThrow(message)
  })
})
