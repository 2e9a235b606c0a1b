import { getTop } from '#lib/analytics/get-top.ts'
import { topColumns } from '#lib/analytics/visitors-csv.ts'
import { getTopVisitors } from '#lib/api/analytics.ts'
import { database } from '#lib/db.ts'
import { csv } from '#lib/http/csv.ts'
import { route } from '#lib/http/route.ts'
import { sharedJson } from '#lib/http/shared-json.ts'

export const GET = route(getTopVisitors, async ({ query: { format, ...query }, actor, request }) => {
  const answer = await getTop(database(), actor, query)
  if (format === 'json') return sharedJson(request, answer)
  const name = `top-${answer.dimension}-${answer.site.id}-${answer.from.slice(0, 10)}.csv`
  return csv(answer.items, topColumns(answer.dimension, query.compare === 'previous'), name)
})
