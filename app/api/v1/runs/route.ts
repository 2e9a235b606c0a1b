import { listRuns as contract } from '#lib/api/runs.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listRuns } from '#lib/runs/list-runs.ts'

export const GET = route(contract, ({ query, actor }) => listRuns(database(), actor, query))
