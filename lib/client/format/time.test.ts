import { describe, expect, it } from 'vitest'
import { formatRelative } from './time.ts'

const now = Date.parse('2026-07-01T00:00:00Z')
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

describe('a moment beside now', () => {
  it.each([
    { ms: 3 * day - minute, en: 'in 3 days', ko: '3일 후' },
    { ms: 2 * day + hour, en: 'in 2 days', ko: '모레' },
    { ms: 90 * minute + 1_000, en: 'in 2 hours', ko: '2시간 후' },
    { ms: -(2 * hour - minute), en: '1 hour ago', ko: '1시간 전' },
    { ms: -(3 * day - minute), en: '2 days ago', ko: '그저께' },
    { ms: 0, en: 'now', ko: '지금' },
  ])('$en: what is past in full units, what is to come rounded', ({ ms, en, ko }) => {
    expect(formatRelative(now + ms, 'en', now)).toBe(en)
    expect(formatRelative(now + ms, 'ko', now)).toBe(ko)
  })
})
