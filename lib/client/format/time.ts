import type { Locale } from './number.ts'

/** A moment as the API gives it (ISO 8601), as a Date or in milliseconds. */
export type Moment = string | number | Date

export const toDate = (moment: Moment): Date => (moment instanceof Date ? moment : new Date(moment))

const cache = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = `${locale}${timeZone}${JSON.stringify(options)}`
  const found = cache.get(key)
  if (found) return found
  const made = new Intl.DateTimeFormat(locale, { timeZone, ...options })
  cache.set(key, made)
  return made
}

const parts = (moment: Moment, timeZone: string) =>
  Object.fromEntries(
    formatter('en', timeZone, {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    })
      .formatToParts(toDate(moment))
      .map(({ type, value }) => [type, value]),
  )

/** `2025-07-31 23:59:59 +09:00`: the same in every language, sortable, for hovers and exports. */
export function formatExactTime(moment: Moment, timeZone: string): string {
  const part = parts(moment, timeZone)
  const offset = (part.timeZoneName ?? '').replace('GMT', '') || '+00:00'
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second} ${offset}`
}

/** Date and time, to the minute unless told: `Jul 31, 23:59`, `7월 31일 23:59`; with the year when it is not `now`'s. */
export function formatTime(
  moment: Moment,
  locale: Locale,
  timeZone: string,
  options: { seconds?: boolean; now?: Date } = {},
): string {
  const now = options.now ?? new Date()
  const sameYear = parts(moment, timeZone).year === parts(now, timeZone).year
  return formatter(locale, timeZone, {
    ...(sameYear ? {} : { year: 'numeric' }),
    month: locale === 'ko' ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(options.seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(toDate(moment))
}

/** `Jul 31, 2025`, `2025년 7월 31일` */
export const formatDay = (moment: Moment, locale: Locale, timeZone: string): string =>
  formatter(locale, timeZone, { dateStyle: locale === 'ko' ? 'long' : 'medium' }).format(toDate(moment))

/** `23:59`, with seconds when asked. */
export const formatClock = (moment: Moment, locale: Locale, timeZone: string, seconds = false): string =>
  formatter(locale, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(toDate(moment))

const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

const relativeCache = new Map<Locale, Intl.RelativeTimeFormat>()

/** What is past counts in full units; what is to come is rounded: three days less a minute are not two. */
const whole = (amount: number): number => (amount < 0 ? Math.trunc(amount) : Math.round(amount))

/** `3 minutes ago`, `3분 전`, `in 2 days`. */
export function formatRelative(moment: Moment, locale: Locale, now: number = Date.now()): string {
  const found = relativeCache.get(locale)
  const relative = found ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (!found) relativeCache.set(locale, relative)
  const seconds = Math.round((toDate(moment).getTime() - now) / 1_000)
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(whole(seconds / size), unit)
  }
  return relative.format(0, 'second')
}
