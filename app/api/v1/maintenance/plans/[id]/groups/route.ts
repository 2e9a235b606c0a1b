import { listPlanGroups as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getPlan, listPlanGroups } from '#lib/maintenance/plans/list-plans.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const { id } = await getPlan(database(), actor, params.id)
  return listPlanGroups(database(), id, query)
})
