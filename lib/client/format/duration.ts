import type { Locale } from './number.ts'

const unitsInMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const
type Unit = (typeof unitsInMs)[number][0]

const korean: Record<Unit, string> = { d: '일', h: '시간', m: '분', s: '초' }

const written = (count: number | string, unit: Unit, locale: Locale): string =>
  locale === 'ko' ? `${count}${korean[unit]}` : `${count} ${unit}`

/** Milliseconds as at most two units: `1 m 12 s` (1분 12초), `4.2 s` (4.2초), `38 ms`. */
export function formatDuration(milliseconds: number, locale: Locale): string {
  const value = Math.max(0, milliseconds)
  if (value < 1_000) return `${Math.round(value)} ms`
  if (value < 10_000) return written((Math.floor(value / 100) / 10).toFixed(1), 's', locale)
  let rest = Math.round(value / 1_000) * 1_000
  const parts: string[] = []
  for (const [unit, size] of unitsInMs) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(written(count, unit, locale))
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}
