import type { Database } from '#lib/db.ts'
import { metrics } from './metrics/metrics.ts'
import { listSites, resolveSite } from './resolve-site.ts'
import { recipeEventsSiteColumns } from './site-columns.ts'
import type { MetricDefinition } from './visitors-answer.ts'

/**
 * Every metric with its SQL over the columns of a site: the named one, else the first, else those of recipe events.
 * @throws AppError `not-found` for a site that is not there.
 */
export async function listMetricDefinitions(db: Database, siteId?: string): Promise<MetricDefinition[]> {
  const site = siteId === undefined ? (await listSites(db))[0] : await resolveSite(db, siteId)
  const columns = site?.columns ?? recipeEventsSiteColumns
  return metrics.map(({ aggregate, grains, ...metric }) => ({
    ...metric,
    grains: [...grains],
    sql: aggregate(columns),
  }))
}
