import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Transaction } from '#lib/db.ts'
import { answerCache } from './answer-cache.ts'
import { previousSpan, type Span } from './buckets.ts'
import { describeAnswer } from './describe-answer.ts'
import { decodeSketch, estimateDistinct, mergeSketches } from './kmv-sketch.ts'
import { chooseSite, listVisibleSites, resolveSite, type SiteContext } from './resolve-site.ts'
import { resolveSpan } from './resolve-span.ts'
import type { Dimension } from './site-columns.ts'
import { topKeysPerDay } from './top-limits.ts'
import type { TopAnswer, TopItem } from './visitors-answer.ts'

export interface TopQuery {
  site?: string | undefined
  dimension: Dimension
  from?: string | undefined
  to?: string | undefined
  compare: 'previous' | 'none'
  limit: number
}

interface KeySum {
  key: string
  visits: bigint
  days: bigint
  missed: bigint
}

/**
 * Sums of the kept keys over a span of days. On days with as many keys as are kept, a key that is not among them had at
 * most as many visits as the last one kept: these add up to `missed`.
 */
const sumKeys = (tx: Transaction, siteId: string, dimension: Dimension, span: Span, limit: number) =>
  tx.$queryRaw<KeySum[]>`
    WITH kept AS (
      SELECT "bucketStart", key, visits FROM "VisitorTop"
      WHERE "siteId" = ${siteId} AND dimension = ${dimension}
        AND "bucketStart" >= ${new Date(span.from)} AND "bucketStart" < ${new Date(span.to)}
    ), full_days AS (
      SELECT "bucketStart", min(visits) AS floor FROM kept GROUP BY 1 HAVING count(*) >= ${topKeysPerDay}
    )
    SELECT key, sum(kept.visits)::bigint AS visits, count(*)::bigint AS days,
           ((SELECT coalesce(sum(floor), 0) FROM full_days) - coalesce(sum(full_days.floor), 0))::bigint AS missed
    FROM kept LEFT JOIN full_days USING ("bucketStart")
    GROUP BY key ORDER BY visits DESC, key LIMIT ${limit}`

/** Distinct visitors of each key over the span, from its daily sketches. A user is one visitor. */
async function countVisitors(
  tx: Transaction,
  siteId: string,
  dimension: Dimension,
  span: Span,
  keys: readonly string[],
): Promise<Map<string, { visitors: number; exact: boolean; standardError: number }>> {
  if (dimension === 'user') {
    return new Map(keys.map((key) => [key, { visitors: 1, exact: true, standardError: 0 }]))
  }
  const rows = await tx.visitorTop.findMany({
    where: {
      siteId,
      dimension,
      key: { in: [...keys] },
      bucketStart: { gte: new Date(span.from), lt: new Date(span.to) },
    },
    select: { key: true, visitors: true, sketch: true },
  })
  return new Map(
    [...Map.groupBy(rows, (row) => row.key)].map(([key, days]) => {
      // One day is its exact count; several days are the union of their sketches.
      const [only] = days
      if (days.length === 1 && only) {
        return [key, { visitors: Number(only.visitors), exact: true, standardError: 0 }]
      }
      const sketches = days.flatMap((day) => (day.sketch ? [decodeSketch(day.sketch)] : []))
      const { count, ...accuracy } = estimateDistinct(mergeSketches(sketches))
      return [key, { visitors: count, ...accuracy }]
    }),
  )
}

async function buildTop(
  tx: Transaction,
  site: SiteContext,
  span: Span,
  query: Pick<TopQuery, 'dimension' | 'compare' | 'limit'>,
): Promise<TopAnswer> {
  const { dimension } = query
  const compared = query.compare === 'previous' ? previousSpan(span, 'day', site.timeZone) : null
  const { answer } = await describeAnswer(tx, site, 'day', span, compared)
  const sums = await sumKeys(tx, site.id, dimension, span, query.limit)
  const keys = sums.map((row) => row.key)
  const people = await countVisitors(tx, site.id, dimension, span, keys)
  const before = compared
    ? await tx.visitorTop.groupBy({
        by: ['key'],
        _sum: { visits: true },
        where: {
          siteId: site.id,
          dimension,
          key: { in: keys },
          bucketStart: { gte: new Date(compared.from), lt: new Date(compared.to) },
        },
      })
    : []
  const visitsBefore = new Map(before.map((row) => [row.key, Number(row._sum.visits ?? 0n)]))
  const peopleBefore = compared ? await countVisitors(tx, site.id, dimension, compared, keys) : undefined
  const whole = await tx.visitorDay.aggregate({
    _sum: { visits: true },
    where: { siteId: site.id, bucketStart: { gte: new Date(span.from), lt: new Date(span.to) } },
  })
  const totalVisits = Number(whole._sum.visits ?? 0n)
  const items = sums.map((row, index): TopItem => {
    const visits = Number(row.visits)
    const missedAtMost = Number(row.missed)
    const counted = people.get(row.key) ?? { visitors: 0, exact: true, standardError: 0 }
    const earlier = visitsBefore.get(row.key)
    return {
      rank: index + 1,
      key: row.key,
      visits,
      share: totalVisits > 0 ? visits / totalVisits : 0,
      ...counted,
      exact: counted.exact && missedAtMost === 0,
      missedAtMost,
      previous:
        earlier === undefined
          ? null
          : { visits: earlier, visitors: peopleBefore?.get(row.key)?.visitors ?? 0 },
    }
  })
  return { ...answer, dimension, items, totalVisits }
}

/**
 * The pages, segments or users with most visits over a range of whole days. Kept in memory like `getVisitors`.
 * @throws AppError `not-found` or `bad-input` for the site, `bad-input` for the range.
 */
export async function getTop(db: Database, actor: Actor, query: TopQuery): Promise<TopAnswer> {
  const known = chooseSite(await listVisibleSites(db, actor), query.site)
  const { dimension, from, to, compare, limit } = query
  return answerCache.get(known, ['top', dimension, from, to, compare, limit], () =>
    db.$transaction(
      async (tx) => {
        const site = await resolveSite(tx, known.id)
        const newest = +(site.mart?.latestEvent ?? site.mart?.freshAt ?? new Date())
        const span = resolveSpan(query, 'day', site.timeZone, newest)
        return buildTop(tx, site, span, { dimension, compare, limit })
      },
      { isolationLevel: 'RepeatableRead' },
    ),
  )
}
