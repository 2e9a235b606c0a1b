import { getPlan as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getPlan } from '#lib/maintenance/plans/list-plans.ts'

export const GET = route(contract, ({ params, actor }) => getPlan(database(), actor, params.id))
