import { DateTime } from 'luxon'
import { AppError } from '#lib/errors.ts'
import { bucketEnd, bucketStart, type Grain, type Span, widenToBuckets } from './buckets.ts'
import { parseRange } from './parse-range.ts'

/** More buckets than any chart or spreadsheet page needs; a range beyond asks for a coarser grain. */
const maxBuckets = 20_000

const bucketMs: Record<Grain, number> = { hour: 3_600_000, day: 86_400_000, month: 28 * 86_400_000 }

/** What is shown when nobody says otherwise: the newest day by hour, 30 days, 12 months. */
const defaultLength: Record<Grain, { days?: number; months?: number }> = {
  hour: { days: 1 },
  day: { days: 30 },
  month: { months: 12 },
}

export interface SpanRequest {
  from?: string | undefined
  to?: string | undefined
}

/**
 * The span of a request in whole buckets. A missing end is the newest data (`newest`, milliseconds); a missing start lies
 * the grain's usual length before the end.
 * @throws AppError `bad-input` as `parseRange`, and when the span has too many buckets.
 */
export function resolveSpan(request: SpanRequest, grain: Grain, timeZone: string, newest: number): Span {
  const local = (instant: number) => DateTime.fromMillis(instant, { zone: timeZone })
  const coarse: Grain = grain === 'hour' ? 'day' : grain
  const newestEnd = bucketEnd(bucketStart(newest, coarse, timeZone), coarse, timeZone)
  const to = request.to ?? local(newestEnd).toISO() ?? ''
  const end = request.to === undefined ? newestEnd : parseRange('1970-01-01', to, timeZone).to
  const from = request.from ?? local(end).minus(defaultLength[grain]).toISO() ?? ''
  const span = widenToBuckets(parseRange(from, to, timeZone), grain, timeZone)
  if ((span.to - span.from) / bucketMs[grain] > maxBuckets) {
    const coarser = grain === 'hour' ? 'day' : 'month'
    throw new AppError(
      'bad-input',
      `The range has more than ${maxBuckets} buckets of one ${grain}. Shorten it, or ask by ${coarser}.`,
      { context: { from, to, grain } },
    )
  }
  return span
}
