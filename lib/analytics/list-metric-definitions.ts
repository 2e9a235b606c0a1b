import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { metrics } from './metrics/metrics.ts'
import { chooseSite, listVisibleSites } from './resolve-site.ts'
import { recipeEventsSiteColumns } from './site-columns.ts'
import type { MetricDefinition } from './visitors-answer.ts'

/**
 * Every metric with its SQL over the columns of a site that somebody may see: the named one, else the first, else those
 * of recipe events.
 * @throws AppError `not-found` for a site that is not there.
 */
export async function listMetricDefinitions(
  db: Database,
  actor: Actor,
  siteId?: string,
): Promise<MetricDefinition[]> {
  const sites = await listVisibleSites(db, actor)
  const site = siteId === undefined ? sites[0] : chooseSite(sites, siteId)
  const columns = site?.columns ?? recipeEventsSiteColumns
  return metrics.map(({ aggregate, grains, ...metric }) => ({
    ...metric,
    grains: [...grains],
    sql: aggregate(columns),
  }))
}
