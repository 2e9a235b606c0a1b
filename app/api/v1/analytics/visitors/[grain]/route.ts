import { getVisitors } from '#lib/analytics/get-visitors.ts'
import { visitorColumns } from '#lib/analytics/visitors-csv.ts'
import { getVisitorBuckets } from '#lib/api/analytics.ts'
import { database } from '#lib/db.ts'
import { csv } from '#lib/http/csv.ts'
import { route } from '#lib/http/route.ts'
import { sharedJson } from '#lib/http/shared-json.ts'

export const GET = route(
  getVisitorBuckets,
  async ({ params: { grain }, query: { format, ...query }, actor, request }) => {
    const answer = await getVisitors(database(), actor, { grain, ...query })
    if (format === 'json') return sharedJson(request, answer)
    const name = `visitors-${answer.site.id}-${grain}-${answer.from.slice(0, 10)}.csv`
    return csv(answer.items, visitorColumns(query.compare === 'previous'), name)
  },
)
