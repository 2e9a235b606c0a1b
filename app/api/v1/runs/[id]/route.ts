import { getRun as contract } from '#lib/api/runs.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getRun } from '#lib/runs/get-run.ts'

export const GET = route(contract, ({ params, actor }) => getRun(database(), actor, params.id))
