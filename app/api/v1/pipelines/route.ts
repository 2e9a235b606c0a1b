import { listPipelines as contract } from '#lib/api/pipelines.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listPipelines } from '#lib/ingest/list-pipelines.ts'

export const GET = route(contract, ({ query, actor }) => listPipelines(database(), actor, query))
