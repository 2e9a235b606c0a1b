import type { Transaction } from '#lib/db.ts'
import { bucketEnd, bucketStart, type Span } from './buckets.ts'
import { decodeSketch, estimateDistinct, mergeSketches } from './kmv-sketch.ts'
import type { RangeTotals } from './visitors-answer.ts'

const between = (siteId: string, span: Span) => ({
  siteId,
  bucketStart: { gte: new Date(span.from), lt: new Date(span.to) },
})

export const totalsOf = (
  visits: number,
  visitors: number,
  accuracy: { exact: boolean; standardError: number } = { exact: true, standardError: 0 },
): RangeTotals => ({
  visitors,
  visits,
  visitsPerVisitor: visitors > 0 ? visits / visitors : null,
  ...accuracy,
})

/**
 * Visits and distinct visitors of a span of whole hours: the stored exact count where the span is one hour, day or exactly
 * counted month, else the union of the sketches of its whole days and of the hours at its ends.
 */
export async function countRange(
  tx: Transaction,
  site: { id: string; timeZone: string },
  span: Span,
): Promise<RangeTotals> {
  const { timeZone } = site
  const ends = (grain: 'hour' | 'day' | 'month') =>
    bucketStart(span.from, grain, timeZone) === span.from && bucketEnd(span.from, grain, timeZone) === span.to
  const where = { siteId_bucketStart: { siteId: site.id, bucketStart: new Date(span.from) } }
  const select = { visits: true, visitors: true } as const
  if (ends('hour') || ends('day')) {
    const row = ends('hour')
      ? await tx.visitorHour.findUnique({ where, select })
      : await tx.visitorDay.findUnique({ where, select })
    return totalsOf(Number(row?.visits ?? 0n), Number(row?.visitors ?? 0n))
  }
  if (ends('month')) {
    const row = await tx.visitorMonth.findUnique({ where })
    if (!row) return totalsOf(0, 0)
    if (row.exact) return totalsOf(Number(row.visits), Number(row.visitors))
  }

  const firstDay = bucketStart(span.from, 'day', timeZone)
  const daysFrom = firstDay === span.from ? firstDay : bucketEnd(firstDay, 'day', timeZone)
  const daysTo = Math.max(daysFrom, bucketStart(span.to, 'day', timeZone))
  const days = daysFrom < daysTo && daysTo <= span.to ? { from: daysFrom, to: daysTo } : undefined
  const hourSpans = days
    ? [
        { from: span.from, to: days.from },
        { from: days.to, to: span.to },
      ].filter(({ from, to }) => from < to)
    : [span]
  const rows: { visits: bigint; sketch: Uint8Array }[] = []
  if (days) rows.push(...(await tx.visitorDay.findMany({ where: between(site.id, days) })))
  for (const hours of hourSpans) {
    rows.push(...(await tx.visitorHour.findMany({ where: between(site.id, hours) })))
  }
  const visits = rows.reduce((sum, row) => sum + Number(row.visits), 0)
  const { count, ...accuracy } = estimateDistinct(mergeSketches(rows.map((row) => decodeSketch(row.sketch))))
  return totalsOf(visits, count, accuracy)
}
