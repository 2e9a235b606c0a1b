import { listSourcePartitions as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listSourcePartitions } from '#lib/ingest/list-source-partitions.ts'
import { assertSourceAccess } from '#lib/ingest/source-access.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  await assertSourceAccess(database(), actor, params.id, { change: false })
  return listSourcePartitions(database(), params.id, query)
})
