import { DateTime } from 'luxon'
import { AppError } from '#lib/errors.ts'

/** A cron expression of five fields, as the minutes, hours and days it names. */
export interface Cron {
  minutes: number[]
  hours: number[]
  days: ReadonlySet<number>
  months: ReadonlySet<number>
  /** 0 is Sunday. */
  weekdays: ReadonlySet<number>
  /** Both days of the month and of the week are narrowed: then either will do, as in every cron. */
  eitherDay: boolean
}

const fields = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of the week', least: 0, most: 7 },
] as const

function parseField(text: string, { name, least, most }: (typeof fields)[number]): number[] {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part)
    const [, first, last, step] = match ?? []
    const from = first === undefined ? least : Number(first)
    const to = last !== undefined ? Number(last) : first === undefined || step !== undefined ? most : from
    const by = step === undefined ? 1 : Number(step)
    if (!match || from < least || to > most || from > to || by < 1) {
      throw new AppError(
        'bad-input',
        `The ${name} of a schedule is ${JSON.stringify(part)}; expected *, a number from ${least} to ${most}, a range such as ${least}-${most}, or one of these with a step such as */5.`,
      )
    }
    for (let value = from; value <= to; value += by) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

/** @throws AppError `bad-input` saying which field can't be read */
export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/)
  if (parts.length !== fields.length) {
    throw new AppError(
      'bad-input',
      `A schedule has five fields (minute, hour, day, month, weekday), such as "0 3 * * *"; found ${JSON.stringify(text)}.`,
    )
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = fields.map((field, index) =>
    parseField(parts[index] ?? '', field),
  )
  return {
    minutes,
    hours,
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays.map((day) => day % 7)),
    eitherDay: parts[2] !== '*' && parts[4] !== '*',
  }
}

/** Four years hold every combination of day and month, 29 February too. */
const longestWaitDays = 4 * 366

/**
 * The first moment after `after` (milliseconds) that a schedule names in a time zone; null when there is none (31
 * February). An hour that a clock change leaves out falls into the next one.
 */
export function nextCronTime(cron: Cron, after: number, timeZone: string): number | null {
  const start = DateTime.fromMillis(after, { zone: timeZone }).startOf('day')
  for (let offset = 0; offset <= longestWaitDays; offset += 1) {
    const day = start.plus({ days: offset })
    const byDay = cron.days.has(day.day)
    const byWeekday = cron.weekdays.has(day.weekday % 7)
    const matches = cron.eitherDay ? byDay || byWeekday : byDay && byWeekday
    if (!matches || !cron.months.has(day.month)) continue
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = day.set({ hour, minute }).toMillis()
        if (time > after) return time
      }
    }
  }
  return null
}
