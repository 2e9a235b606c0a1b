import { getReadiness } from '#lib/api/readiness.ts'
import { currentReadiness } from '#lib/http/current-readiness.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getReadiness, async () => {
  const readiness = await currentReadiness()
  return Response.json(readiness, {
    status: readiness.status === 'ok' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
})
