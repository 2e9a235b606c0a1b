import { DateTime } from 'luxon'

export const grains = ['hour', 'day', 'month'] as const
export type Grain = (typeof grains)[number]

/** Half-open span of time, milliseconds since the epoch. */
export interface Span {
  from: number
  to: number
}

const hourMs = 3_600_000

const inZone = (instant: number, timeZone: string): DateTime =>
  DateTime.fromMillis(instant, { zone: timeZone })

/**
 * Start of the bucket that an instant falls into, on the site's own clock. Hours are cut by the zone's offset at that
 * instant, so that the two hours named 01:00 of an autumn change stay two buckets.
 */
export function bucketStart(instant: number, grain: Grain, timeZone: string): number {
  const local = inZone(instant, timeZone)
  if (grain !== 'hour') return local.startOf(grain).toMillis()
  const offsetMs = local.offset * 60_000
  return Math.floor((instant + offsetMs) / hourMs) * hourMs - offsetMs
}

/** Where the bucket that begins at `start` ends, which is where the next one begins. Days may have 23 or 25 hours. */
export function bucketEnd(start: number, grain: Grain, timeZone: string): number {
  if (grain === 'hour') return start + hourMs
  return inZone(start, timeZone)
    .plus(grain === 'day' ? { days: 1 } : { months: 1 })
    .startOf(grain)
    .toMillis()
}

/** Starts of all buckets that touch the span, in order. */
export function bucketStarts(span: Span, grain: Grain, timeZone: string): number[] {
  const starts: number[] = []
  if (span.to <= span.from) return starts
  for (
    let start = bucketStart(span.from, grain, timeZone);
    start < span.to;
    start = bucketEnd(start, grain, timeZone)
  ) {
    starts.push(start)
  }
  return starts
}

/**
 * How far the zone's clocks are ahead of UTC, in milliseconds, when they are so in the whole span; null where they change
 * in it, and for local mean times that are ahead by parts of a minute.
 */
export function fixedOffset(span: Span, timeZone: string): number | null {
  const instants = [...bucketStarts(span, 'hour', timeZone), span.to - 1]
  const [minutes, ...others] = new Set(instants.map((instant) => inZone(instant, timeZone).offset))
  return minutes !== undefined && others.length === 0 && Number.isInteger(minutes) ? minutes * 60_000 : null
}

/** The span widened to whole buckets. */
export function widenToBuckets(span: Span, grain: Grain, timeZone: string): Span {
  const from = bucketStart(span.from, grain, timeZone)
  const lastStart = bucketStart(span.to - 1, grain, timeZone)
  return { from, to: bucketEnd(lastStart, grain, timeZone) }
}

/** What a bucket is called: `13:00~14:00`, `2025-07-01`, `2025-07`. */
export function bucketLabel(start: number, grain: Grain, timeZone: string): string {
  const local = inZone(start, timeZone)
  if (grain === 'day') return local.toFormat('yyyy-MM-dd')
  if (grain === 'month') return local.toFormat('yyyy-MM')
  const end = inZone(start + hourMs, timeZone)
  return `${local.toFormat('HH:mm')}~${end.toFormat('HH:mm') === '00:00' ? '24:00' : end.toFormat('HH:mm')}`
}

/**
 * The period of equal length just before: as many months for spans of whole months at month grain, as many days for
 * whole days (a day may have 23 or 25 hours), as many milliseconds otherwise.
 */
export function previousSpan(span: Span, grain: Grain, timeZone: string): Span {
  const [from, to] = [inZone(span.from, timeZone), inZone(span.to, timeZone)]
  const whole = (unit: 'day' | 'month') => +from.startOf(unit) === +from && +to.startOf(unit) === +to
  const unit = grain === 'month' && whole('month') ? 'month' : whole('day') ? 'day' : undefined
  if (!unit) return { from: span.from - (span.to - span.from), to: span.from }
  const count = Math.round(to.diff(from, `${unit}s`).as(`${unit}s`))
  return { from: from.minus({ [`${unit}s`]: count }).toMillis(), to: span.from }
}

/** ISO 8601 with the zone's offset, as the API writes instants of a site. */
export const formatInstant = (instant: number, timeZone: string): string =>
  inZone(instant, timeZone).toISO({ suppressMilliseconds: true }) ?? new Date(instant).toISOString()
