import { compactTable } from '#lib/api/maintenance.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { Guard } from '#lib/grants/guard.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { route } from '#lib/http/route.ts'
import { requestCompaction } from '#lib/maintenance/request-compaction.ts'

export const POST = route(compactTable, async ({ params, actor, requestId, audit }) => {
  const reference = tableReference(params)
  const row = await getTableRow(reference, actor)
  const guard = new Guard(await loadAccess(database(), reference.catalog, actor), actor)
  guard.change('table', { namespace: reference.namespace, name: reference.table })
  const queued = await requestCompaction(database(), {
    tableId: row.id,
    tableName: [...reference.namespace, reference.table].join('.'),
    trigger: 'manual',
    requestedBy: actor.name,
    requestId,
  })
  audit.details = queued
  return queued
})
