import { DateTime } from 'luxon'
import { z } from 'zod'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 01:30')

/** True for the name of a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const TimeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'expected the name of a time zone, such as Asia/Seoul')

/** When automatic work may begin. `to` before `from` reaches into the next day; equal times are the whole day. */
export const TimeWindowSchema = z.object({
  /** 1 is Monday, 7 is Sunday: the day on which the window opens. */
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: clock,
  to: clock,
  timeZone: TimeZoneSchema,
})
export type TimeWindow = z.infer<typeof TimeWindowSchema>

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

const at = (day: DateTime, minutes: number): DateTime =>
  day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 })

/** Whether a moment (milliseconds) lies in a window, and when it opens next; `opensAt` is null while it is open. */
export function lookAtWindow(window: TimeWindow, now: number): { open: boolean; opensAt: number | null } {
  const today = DateTime.fromMillis(now, { zone: window.timeZone }).startOf('day')
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  // Yesterday's window may still be open; a week ahead every one has opened once.
  for (let offset = -1; offset <= 7; offset += 1) {
    const day = today.plus({ days: offset })
    if (!window.days.includes(day.weekday)) continue
    const opens = at(day, from)
    const closes = at(to <= from ? day.plus({ days: 1 }) : day, to)
    if (opens.toMillis() > now) return { open: false, opensAt: opens.toMillis() }
    if (now < closes.toMillis()) return { open: true, opensAt: null }
  }
  return { open: false, opensAt: null }
}
