import { listSourceErrors as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listSourceErrors } from '#lib/ingest/list-source-errors.ts'

export const GET = route(contract, ({ params, query }) =>
  listSourceErrors(database(), params.id, query.limit),
)
