import type { Transaction } from '#lib/db.ts'
import { bucketEnd, type Span } from './buckets.ts'
import { decodeSketch, estimateDistinct, mergeSketches } from './kmv-sketch.ts'

/** Up to so many events a month is recounted exactly with each refresh: some seconds of one engine process. */
export const exactMonthVisits = 50_000_000

/**
 * Brings months up to their days. Visits are the sum of the days. Visitors are the union of the days' sketches while that
 * is exact, else counted by `countExactly`, and an estimate only for months beyond `exactMonthVisits` events.
 */
export async function refreshMonths(
  tx: Transaction,
  site: { id: string; timeZone: string },
  monthStarts: Iterable<number>,
  countExactly: (month: Span) => Promise<bigint>,
): Promise<void> {
  for (const from of monthStarts) {
    const month = { from, to: bucketEnd(from, 'month', site.timeZone) }
    const days = await tx.visitorDay.findMany({
      where: { siteId: site.id, bucketStart: { gte: new Date(month.from), lt: new Date(month.to) } },
    })
    const key = { siteId: site.id, bucketStart: new Date(month.from) }
    if (days.length === 0) {
      await tx.visitorMonth.deleteMany({ where: key })
      continue
    }
    const visits = days.reduce((sum, day) => sum + day.visits, 0n)
    const union = estimateDistinct(mergeSketches(days.map((day) => decodeSketch(day.sketch))))
    const countable = visits <= BigInt(exactMonthVisits)
    const visitors = !union.exact && countable ? await countExactly(month) : BigInt(union.count)
    const counted = { visits, visitors, exact: union.exact || countable }
    await tx.visitorMonth.upsert({
      where: { siteId_bucketStart: key },
      create: { ...key, ...counted },
      update: counted,
    })
  }
}
