import { getRollbackPlan, rollback } from '#lib/api/snapshots.ts'
import { setMainFrom } from '#lib/catalogs/change-snapshots.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { planRollback } from '#lib/catalogs/plan-rollback.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getRollbackPlan, async ({ params, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return planRollback(table, BigInt(params.snapshot))
})

export const POST = route(rollback, async ({ params, body, actor, audit }) => {
  const changed = await setMainFrom(tableReference(params), actor, params.snapshot, {
    ...body,
    anywhere: false,
  })
  audit.details = changed
  return changed
})
