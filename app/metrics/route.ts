import { getMetrics } from '#lib/api/metrics.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { collectMetrics } from '#lib/metrics/collect-metrics.ts'

export const GET = route(getMetrics, async ({ actor }) => {
  const { text, type } = await collectMetrics(database(), actor)
  return new Response(text, { headers: { 'content-type': type, 'cache-control': 'no-store' } })
})
