/** A day of the site's calendar as `2025-07-31`, free of any time zone. Days are compared as text. */
export type SiteDay = string

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/

/** True for a day that exists. */
export function isSiteDay(text: string): text is SiteDay {
  const match = dayPattern.exec(text)
  if (!match) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** The day of a moment on a clock in `timeZone`. */
export const siteDayOf = (moment: Date, timeZone: string): SiteDay =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    moment,
  )

const asUtc = (day: SiteDay): Date => new Date(`${day}T00:00:00Z`)

export function addDays(day: SiteDay, count: number): SiteDay {
  const date = asUtc(day)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

/** Days in an inclusive range. */
export const daysBetween = (from: SiteDay, to: SiteDay): number =>
  Math.round((asUtc(to).getTime() - asUtc(from).getTime()) / 86_400_000) + 1

export const startOfMonth = (day: SiteDay): SiteDay => `${day.slice(0, 7)}-01`

/** The last day of the month before. */
export const endOfMonthBefore = (day: SiteDay): SiteDay => addDays(startOfMonth(day), -1)

/** For calendars, which think in local dates: midnight of the day on this machine's clock. */
export function toLocalDate(day: SiteDay): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date)
}

/** The way back from a calendar's local date. */
export const fromLocalDate = (date: Date): SiteDay =>
  [
    String(date.getFullYear()).padStart(4, '0'),
    String(date.getMonth() + 1).padStart(2, '0'),
    String(date.getDate()).padStart(2, '0'),
  ].join('-')
