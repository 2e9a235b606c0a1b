import { AppError } from '#lib/errors.ts'
import { metadataBeyondLog } from '#lib/iceberg/actions/expire-snapshots.ts'
import { orphanFiles } from '#lib/iceberg/actions/orphan-files.ts'
import { undropDays } from '#lib/iceberg/catalog/built-in-tables.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { LocationSet } from '#lib/iceberg/scan/location-set.ts'
import { allReferences } from '#lib/iceberg/scan/reference-walk.ts'
import { leastOrphanAgeMs } from '../policy/policy-fields.ts'
import { liveReferences } from '../references/live-references.ts'
import { pendingFiles } from '../references/pending-files.ts'
import { folderTest, tableFolders } from '../references/table-folders.ts'
import { lockTable } from './lock-table.ts'
import { assertMayDelete } from './may-delete.ts'
import { withoutForeign } from './not-ours.ts'
import { assertNothingNested } from './plan-orphans.ts'
import type { PlanSummary } from './plan-types.ts'
import type { Planner, PlannerContext } from './planner.ts'
import { sized, type UnsizedItem } from './sized.ts'

/** @throws AppError `conflict` for a table that is not to be purged, or not yet */
async function getDropped({ db }: Pick<PlannerContext, 'db'>, tableId: string) {
  const row = await db.icebergTable.findUniqueOrThrow({ where: { id: tableId } })
  const { droppedAt, purgeRequested, purgedAt, droppedName } = row
  const purgeFrom = droppedAt ? droppedAt.getTime() + undropDays * 24 * 3_600_000 : Number.POSITIVE_INFINITY
  if (droppedAt && purgeRequested && !purgedAt && Date.now() >= purgeFrom) return { ...row, droppedAt }
  throw new AppError(
    'conflict',
    `The files of ${droppedName ?? row.name} do not go: ${
      !droppedAt
        ? 'it is not dropped'
        : purgedAt
          ? 'they are in quarantine already'
          : !purgeRequested
            ? 'it was dropped without purge'
            : `it can be undropped until ${new Date(purgeFrom).toISOString()}`
    }.`,
  )
}

/** All a table consists of: what it refers to, earlier metadata, and what lies about in its location. */
async function* filesOf(table: Table & { id: string }, nested: boolean): AsyncGenerator<UnsizedItem[]> {
  const known = new LocationSet()
  const unknown = (files: readonly UnsizedItem[]) => files.filter(({ location }) => known.add(location))
  for await (const { files } of allReferences(table)) yield unknown(files)
  for await (const files of metadataBeyondLog(table)) yield unknown(files)
  if (nested) return
  const seen = { files: 0, bytes: 0, young: 0 }
  for await (const files of orphanFiles(table, { known, before: Date.now() - leastOrphanAgeMs, seen })) {
    yield files.map((file) => ({ ...file, kind: 'orphan' }))
  }
}

/** Puts the files of a table that was dropped with purge into quarantine, once it can no longer be undropped. */
export const droppedTablePlanner: Planner = {
  action: 'purge-dropped-table',

  async plan(context, table, policy) {
    const { db, io, signal } = context
    await getDropped(context, table.id)
    assertMayDelete(table, policy)
    const nested = await assertNothingNested(db, table).then(
      () => false,
      () => true,
    )
    const folders = tableFolders(table.metadata)
    const inUse = new LocationSet()
    for await (const { files } of liveReferences({ db, io }, { folders, except: table.id, signal })) {
      for (const { location } of files) inUse.add(location)
    }
    for (const { location } of await pendingFiles(db)) inUse.add(location)
    const summary: Partial<PlanSummary> = { snapshotsRemoved: table.metadata.snapshots.length }
    return {
      input: {},
      summary,
      items: withoutForeign(
        sized(io, filesOf(table, nested)),
        { isOwn: folderTest(folders), inUse },
        summary,
      ),
    }
  },

  async apply(context) {
    const { db, plan, settle } = context
    await getDropped(context, plan.tableId)
    context.report({ phase: 'quarantining', files: 0, filesTotal: plan.summary.files })
    await db.$transaction(async (tx) => {
      await lockTable(tx, plan.tableId, plan.metadataLocation)
      const { count } = await tx.icebergTable.updateMany({
        where: { id: plan.tableId, droppedAt: { not: null }, purgedAt: null },
        data: { purgedAt: new Date() },
      })
      if (count !== 1)
        throw new AppError('conflict', 'The table was undropped meanwhile. Nothing was changed.')
      await settle(tx)
    })
    return {
      before: { files: plan.summary.files, bytes: plan.summary.bytes },
      after: { files: 0, bytes: 0 },
    }
  },
}
