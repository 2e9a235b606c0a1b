import { getPipeline as contract } from '#lib/api/pipelines.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getPipeline } from '#lib/ingest/list-pipelines.ts'

export const GET = route(contract, ({ params, actor }) => getPipeline(database(), actor, params.id))
