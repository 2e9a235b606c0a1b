import { evaluateTable } from '#lib/api/maintenance-health.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { assertTableAccess } from '#lib/grants/table-access.ts'
import { route } from '#lib/http/route.ts'
import { sendJob } from '#lib/jobs/queue.ts'

export const POST = route(evaluateTable, async ({ params, actor }) => {
  const { id } = await getTableRow(tableReference(params), actor)
  await assertTableAccess(database(), actor, [id], { change: true, what: `table ${params.table}` })
  const job = await sendJob('table.evaluate', { tableId: id, trigger: 'schedule' })
  return { queued: job !== null }
})
