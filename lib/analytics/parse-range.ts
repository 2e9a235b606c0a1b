import { DateTime } from 'luxon'
import { AppError } from '#lib/errors.ts'
import type { Span } from './buckets.ts'

const dateOnly = /^\d{4}-\d{2}-\d{2}$/
const monthOnly = /^\d{4}-\d{2}$/

function parseBound(name: 'from' | 'to', text: string, timeZone: string): number {
  const parsed = DateTime.fromISO(text, { zone: timeZone })
  // "2025-07" and "2025-07-01" name whole months and days; anything else is an instant.
  const unit = monthOnly.test(text) ? 'month' : dateOnly.test(text) ? 'day' : undefined
  if (!parsed.isValid || (!unit && !text.includes('T')) || parsed.year < 1970 || parsed.year > 9999) {
    throw new AppError('bad-input', `${name}=${JSON.stringify(text)} is not a date.`, {
      userMessage: `"${name}" has to be a date (2025-07-01), a month (2025-07) or a date and time (2025-07-01T13:00 or 2025-07-01T13:00:00+09:00); found ${JSON.stringify(text)}.`,
      context: { name, found: text },
    })
  }
  if (!unit) return parsed.toMillis()
  const start = parsed.startOf(unit)
  return (name === 'from' ? start : start.plus({ [`${unit}s`]: 1 })).toMillis()
}

/**
 * The span between two bounds as people write them. Dates and months are inclusive on both sides, on the site's clock
 * (`to=2025-07-31` includes that whole day); date-times are half-open, and without an offset are on the site's clock.
 * @throws AppError `bad-input` for what is not a date, and for an empty or reversed span.
 */
export function parseRange(from: string, to: string, timeZone: string): Span {
  const span = { from: parseBound('from', from, timeZone), to: parseBound('to', to, timeZone) }
  if (span.to <= span.from) {
    throw new AppError('bad-input', `The range from ${from} to ${to} is empty.`, {
      userMessage: `"from" (${from}) has to be before "to" (${to}). A date as "to" is included; a date and time is not.`,
      context: { from, to },
    })
  }
  return span
}
