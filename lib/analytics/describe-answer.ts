import type { Transaction } from '#lib/db.ts'
import { bucketEnd, bucketStart, formatInstant, type Grain, type Span } from './buckets.ts'
import { metricSql } from './metric-sql.ts'
import type { SiteContext } from './resolve-site.ts'
import type { SiteSummary } from './visitors-answer.ts'

/** A site as the API shows it. */
export function summarizeSite(site: SiteContext): SiteSummary {
  const at = (date: Date | null | undefined) => (date ? formatInstant(+date, site.timeZone) : null)
  return {
    id: site.id,
    name: site.name,
    timeZone: site.timeZone,
    catalog: site.catalog,
    namespace: site.namespace,
    table: site.table,
    snapshotId: site.mart?.snapshotId.toString() ?? null,
    freshAt: at(site.mart?.freshAt),
    latestEvent: at(site.mart?.latestEvent),
  }
}

/** What every answer says about where its numbers come from. */
export async function describeAnswer(
  tx: Transaction,
  site: SiteContext,
  grain: Grain,
  span: Span,
  compared: Span | null,
) {
  const { timeZone } = site
  const iso = (instant: number) => formatInstant(instant, timeZone)
  const edge = (order: 'asc' | 'desc') =>
    tx.visitorHour.findFirst({
      where: { siteId: site.id },
      orderBy: { bucketStart: order },
      select: { bucketStart: true },
    })
  const [first, last] = [await edge('asc'), await edge('desc')]
  const coverage: Span | null =
    first && last
      ? {
          from: bucketStart(+first.bucketStart, grain, timeZone),
          to: bucketEnd(bucketStart(+last.bucketStart, grain, timeZone), grain, timeZone),
        }
      : null
  const summary = summarizeSite(site)
  const answer = {
    site: summary,
    timeZone,
    snapshotId: summary.snapshotId,
    freshAt: summary.freshAt,
    latestEvent: summary.latestEvent,
    refreshedAt: site.mart ? iso(+site.mart.refreshedAt) : null,
    from: iso(span.from),
    to: iso(span.to),
    compare: compared ? { from: iso(compared.from), to: iso(compared.to) } : null,
    covered: coverage ? { from: iso(coverage.from), to: iso(coverage.to) } : null,
    sql: metricSql({
      columns: site.columns,
      timeZone,
      table: [...site.namespace, site.table],
      grain,
      from: iso(span.from),
      to: iso(span.to),
    }),
  }
  return { answer, coverage }
}
