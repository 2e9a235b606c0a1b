import { backUpTable } from '#lib/api/maintenance.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { Guard } from '#lib/grants/guard.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { route } from '#lib/http/route.ts'
import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'
import { backupName, requestBackup } from '#lib/maintenance/request-backup.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'

export const POST = route(backUpTable, async ({ params, body, actor, requestId, audit }) => {
  const reference = tableReference(params)
  const { row, table } = await loadTable(reference, actor)
  if (!row) {
    throw new AppError(
      'unsupported',
      `The catalog "${reference.catalog}" is another server's: Firn does not back its tables up.`,
    )
  }
  const name = body.name ?? backupName(reference.table, new Date())
  const { namespace } = reference
  new Guard(await loadAccess(database(), reference.catalog, actor), actor).make({ namespace, name })
  // A name that is taken or cannot be one is refused here and not in the run.
  const catalog = await openCatalog(reference.catalog)
  await catalog.stageTable({ namespace, name }, { schema: currentSchema(table.metadata) })
  const queued = await requestBackup(database(), {
    tableId: row.id,
    tableName: [...namespace, reference.table].join('.'),
    backup: { namespace, name, snapshotId: table.metadata.currentSnapshotId?.toString() ?? null },
    requestedBy: actor.name,
    requestId,
  })
  audit.details = { ...queued }
  return queued
})
