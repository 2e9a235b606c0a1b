import { listMetricDefinitions } from '#lib/analytics/list-metric-definitions.ts'
import { listMetrics } from '#lib/api/analytics.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listMetrics, async ({ query, actor }) => ({
  items: await listMetricDefinitions(database(), actor, query.site),
  nextCursor: null,
}))
