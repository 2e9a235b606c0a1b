import { summarizeSite } from '#lib/analytics/describe-answer.ts'
import { listVisibleSites } from '#lib/analytics/resolve-site.ts'
import { listAnalyticsSites } from '#lib/api/analytics.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listAnalyticsSites, async ({ actor }) => ({
  items: (await listVisibleSites(database(), actor)).map(summarizeSite),
  nextCursor: null,
}))
