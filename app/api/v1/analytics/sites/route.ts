import { summarizeSite } from '#lib/analytics/describe-answer.ts'
import { listRecentSites } from '#lib/analytics/resolve-site.ts'
import { listAnalyticsSites } from '#lib/api/analytics.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listAnalyticsSites, async () => ({
  items: (await listRecentSites(database())).map(summarizeSite),
  nextCursor: null,
}))
