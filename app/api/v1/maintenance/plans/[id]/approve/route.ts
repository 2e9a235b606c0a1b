import { approvePlan as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { decidePlan } from '#lib/maintenance/plans/decide-plan.ts'
import { getPlan } from '#lib/maintenance/plans/list-plans.ts'

export const POST = route(contract, async ({ params, body, actor, audit }) => {
  const { id } = await getPlan(database(), actor, params.id, { change: true })
  await decidePlan(database(), {
    planId: id,
    hash: body.hash,
    approve: true,
    by: actor.name,
    byId: actor.userId ?? actor.id,
  })
  audit.subject = `plan:${id}`
  return getPlan(database(), actor, id)
})
