import { createPlan as createContract, listPlans as listContract } from '#lib/api/maintenance.ts'
import { getTableRow, loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { assertTableAccess } from '#lib/grants/table-access.ts'
import { route } from '#lib/http/route.ts'
import { createPlan, policyWith } from '#lib/maintenance/plans/create-plan.ts'
import { listPlans } from '#lib/maintenance/plans/list-plans.ts'
import { loadTablePolicy } from '#lib/maintenance/policy/load-policy.ts'
import { plannerPolicy } from '#lib/maintenance/policy/planner-policy.ts'

export const GET = route(listContract, ({ query, actor }) => listPlans(database(), actor, query))

export const POST = route(createContract, async ({ body, actor, requestId, audit }) => {
  const { action, options = {}, ...names } = body
  const reference = tableReference(names)
  const { id } = await getTableRow(reference, actor)
  await assertTableAccess(database(), actor, [id], { change: true, what: `table ${names.table}` })
  const { table } = await loadTable(reference, actor)
  const effective = await loadTablePolicy(database(), { id, metadata: table.metadata })
  const policy = policyWith(plannerPolicy(effective, action), options)
  const planned = await createPlan(database(), {
    action,
    tableId: id,
    policy,
    trigger: 'manual',
    requestedBy: actor.name,
    requestedById: actor.userId ?? actor.id,
    requestId,
  })
  audit.subject = `plan:${planned.planId}`
  audit.details = { ...names, action, options, created: planned.created }
  return planned
})
