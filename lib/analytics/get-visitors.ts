import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Transaction } from '#lib/db.ts'
import { answerCache } from './answer-cache.ts'
import {
  bucketEnd,
  bucketLabel,
  bucketStarts,
  formatInstant,
  type Grain,
  previousSpan,
  type Span,
} from './buckets.ts'
import { countRange, totalsOf } from './count-range.ts'
import { describeAnswer } from './describe-answer.ts'
import { relativeStandardError, visitorSketchSize } from './kmv-sketch.ts'
import { chooseSite, listVisibleSites, resolveSite, type SiteContext } from './resolve-site.ts'
import { resolveSpan } from './resolve-span.ts'
import type { BucketValue, VisitorBucket, VisitorsAnswer } from './visitors-answer.ts'

export interface VisitorsQuery {
  site?: string | undefined
  grain: Grain
  from?: string | undefined
  to?: string | undefined
  compare: 'previous' | 'none'
  /** Also list the buckets of the covered range that have no events. */
  fill: boolean
}

interface CountedBucket {
  visits: number
  visitors: number
  exact: boolean
}

async function readBuckets(
  tx: Transaction,
  siteId: string,
  grain: Grain,
  span: Span,
): Promise<Map<number, CountedBucket>> {
  const query = {
    where: { siteId, bucketStart: { gte: new Date(span.from), lt: new Date(span.to) } },
    orderBy: { bucketStart: 'asc' },
  } as const
  const select = { bucketStart: true, visits: true, visitors: true } as const
  const rows =
    grain === 'hour'
      ? await tx.visitorHour.findMany({ ...query, select })
      : grain === 'day'
        ? await tx.visitorDay.findMany({ ...query, select })
        : await tx.visitorMonth.findMany({ ...query, select: { ...select, exact: true } })
  return new Map(
    rows.map((row) => [
      +row.bucketStart,
      {
        visits: Number(row.visits),
        visitors: Number(row.visitors),
        exact: 'exact' in row ? row.exact === true : true,
      },
    ]),
  )
}

/** An empty stretch of this length is taken for missing data; shorter ones are hours in which nobody came. */
const gapMs = 24 * 3_600_000

/**
 * Tells empty hours that are missing data from hours in which nobody came, by the length of the empty stretch they are
 * in, which may begin before the span and end after it.
 */
async function findGaps(
  tx: Transaction,
  siteId: string,
  span: Span,
  counted: ReadonlyMap<number, CountedBucket>,
): Promise<(start: number) => boolean> {
  const neighbour = async (side: 'before' | 'after') => {
    const row = await tx.visitorHour.findFirst({
      where: {
        siteId,
        bucketStart: side === 'before' ? { lt: new Date(span.from) } : { gte: new Date(span.to) },
      },
      orderBy: { bucketStart: side === 'before' ? 'desc' : 'asc' },
      select: { bucketStart: true },
    })
    return row ? [+row.bucketStart] : []
  }
  const filled = [...(await neighbour('before')), ...counted.keys(), ...(await neighbour('after'))]
  const gaps = filled.flatMap((start, index) => {
    const [from, to] = [start + 3_600_000, filled[index + 1]]
    return to !== undefined && to - from >= gapMs ? [{ from, to }] : []
  })
  return (start) => gaps.some((gap) => start >= gap.from && start < gap.to)
}

async function buildAnswer(
  tx: Transaction,
  site: SiteContext,
  grain: Grain,
  span: Span,
  options: Pick<VisitorsQuery, 'compare' | 'fill'>,
): Promise<VisitorsAnswer> {
  const { timeZone } = site
  const compared = options.compare === 'previous' ? previousSpan(span, grain, timeZone) : null
  const { answer, coverage } = await describeAnswer(tx, site, grain, span, compared)
  const freshAt = site.mart ? +site.mart.freshAt : 0
  const counted = await readBuckets(tx, site.id, grain, span)
  const before = compared ? await readBuckets(tx, site.id, grain, compared) : undefined
  const beforeStarts = compared ? bucketStarts(compared, grain, timeZone) : []
  const isGap = options.fill && grain === 'hour' ? await findGaps(tx, site.id, span, counted) : () => true

  const previousOf = (place: number): BucketValue | null => {
    const start = beforeStarts[place]
    const value = start === undefined ? undefined : before?.get(start)
    if (start === undefined || !value) return null
    const { visitors, visits } = value
    return {
      start: formatInstant(start, timeZone),
      label: bucketLabel(start, grain, timeZone),
      visitors,
      visits,
    }
  }
  const items: VisitorBucket[] = []
  bucketStarts(span, grain, timeZone).forEach((start, place) => {
    const value = counted.get(start)
    const end = bucketEnd(start, grain, timeZone)
    const known = coverage && start >= coverage.from && start < coverage.to
    if (!value && !(options.fill && known)) return
    const exact = value?.exact ?? true
    const visitors = value?.visitors ?? 0
    items.push({
      start: formatInstant(start, timeZone),
      end: formatInstant(end, timeZone),
      label: bucketLabel(start, grain, timeZone),
      visitors,
      visits: value?.visits ?? 0,
      exact,
      standardError: exact ? 0 : Math.round(visitors * relativeStandardError(visitors, visitorSketchSize)),
      complete: end <= freshAt,
      gap: !value && isGap(start),
      previous: previousOf(place),
    })
  })
  return {
    ...answer,
    grain,
    items,
    totals: site.mart ? await countRange(tx, site, span) : totalsOf(0, 0),
    previousTotals: compared && site.mart ? await countRange(tx, site, compared) : null,
  }
}

/**
 * Visitors and visits of a site by hour, day or month, with totals of the range and the period before, all of one state
 * of the marts. Answers are kept in memory until the marts change.
 * @throws AppError `not-found` or `bad-input` for the site, `bad-input` for the range.
 */
export async function getVisitors(db: Database, actor: Actor, query: VisitorsQuery): Promise<VisitorsAnswer> {
  const known = chooseSite(await listVisibleSites(db, actor), query.site)
  const { grain, from, to, compare, fill } = query
  // Bounds as they were asked for: reading dates in a time zone costs more than all the rest of a cached answer.
  return answerCache.get(known, ['visitors', grain, from, to, compare, fill], () =>
    db.$transaction(
      async (tx) => {
        const site = await resolveSite(tx, known.id)
        const newest = +(site.mart?.latestEvent ?? site.mart?.freshAt ?? new Date())
        const span = resolveSpan(query, grain, site.timeZone, newest)
        return buildAnswer(tx, site, grain, span, { compare, fill })
      },
      { isolationLevel: 'RepeatableRead' },
    ),
  )
}
