import { listSourceErrors as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listSourceErrors } from '#lib/ingest/list-source-errors.ts'
import { assertSourceAccess } from '#lib/ingest/source-access.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  await assertSourceAccess(database(), actor, params.id, { change: false })
  return listSourceErrors(database(), params.id, query.limit)
})
