import type { Database } from '#lib/db.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import { type ListedFiles, orphanFiles } from '#lib/iceberg/actions/orphan-files.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { waitToRetry } from '#lib/iceberg/commit/retry.ts'
import { LocationSet } from '#lib/iceberg/scan/location-set.ts'
import { allReferences, ReferenceWalk } from '#lib/iceberg/scan/reference-walk.ts'
import { isWithin } from '#lib/storage/location-key.ts'
import { liveReferences } from '../references/live-references.ts'
import { pendingFiles } from '../references/pending-files.ts'
import { lockTable } from './lock-table.ts'
import { assertMayDelete } from './may-delete.ts'
import type { PlanSummary } from './plan-types.ts'
import type { PlanItem, Planner, PlannerContext } from './planner.ts'

/**
 * Refuses a table under whose location something else lives: whose files are whose could not be told.
 * @throws AppError `conflict`
 */
export async function assertNothingNested(db: Database, table: Table & { id: string }): Promise<void> {
  const { location } = table.metadata
  const tables = await db.icebergTable.findMany({
    where: { id: { not: table.id }, purgedAt: null },
    select: { name: true, droppedName: true, location: true, metadataLocation: true },
  })
  const views = await db.icebergView.findMany({ select: { name: true, metadataLocation: true } })
  const nested = [
    ...tables.map((one) => ({ name: one.droppedName ?? one.name, at: one.location })),
    ...views.map((one) => ({ name: one.name, at: one.metadataLocation })),
  ].find(({ at }) => isWithin(at, location) && !isWithin(location, at))
  if (!nested) return
  throw new AppError(
    'conflict',
    `"${nested.name}" lies at ${nested.at}, inside the location of ${formatIdentifier(table.identifier)}. Files of the one cannot be told from orphans of the other, so nothing is removed.`,
  )
}

/** Everything that is spoken for in a table's location: by itself, by other tables, by commits to come, by people. */
async function knownFiles(
  { db, io, signal }: PlannerContext,
  table: Table & { id: string },
): Promise<LocationSet> {
  const known = new LocationSet()
  for await (const { files } of allReferences(table)) for (const { location } of files) known.add(location)
  const folders = [table.metadata.location]
  for await (const { files } of liveReferences({ db, io }, { folders, except: table.id, signal })) {
    for (const { location } of files) known.add(location)
  }
  for (const { location } of await pendingFiles(db)) known.add(location)
  const ledger = await db.quarantinedFile.findMany({
    where: { tableId: table.id, state: { in: ['quarantined', 'purging', 'restored', 'kept'] } },
    select: { location: true },
  })
  // Waiting to be purged already, or what somebody wants to keep.
  for (const { location } of ledger) known.add(location)
  return known
}

/** Finds files that nothing refers to and puts them into quarantine. */
export const orphanPlanner: Planner = {
  action: 'remove-orphan-files',

  async plan(context, table, policy) {
    assertMayDelete(table, policy)
    await assertNothingNested(context.db, table)
    const seen: ListedFiles = { files: 0, bytes: 0, young: 0 }
    const summary: Partial<PlanSummary> = {}
    const before = Date.now() - policy.orphans.minAgeMs
    const items = async function* (): AsyncGenerator<PlanItem[]> {
      const known = await knownFiles(context, table)
      for await (const batch of orphanFiles(table, { known, before, seen })) {
        context.signal.throwIfAborted()
        yield batch.map((file) => ({ ...file, kind: 'orphan' }))
      }
      summary.listed = { files: seen.files, bytes: seen.bytes }
      summary.young = seen.young
    }
    return { input: { before }, summary, items: items() }
  },

  async apply(context) {
    const { db, catalog, plan, signal, settle } = context
    const planned = new LocationSet()
    for await (const batch of context.items()) for (const { location } of batch) planned.add(location)
    const walk = new ReferenceWalk()
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted()
      // One loaded state is compared as a whole and is the one that is quarantined against.
      const table = await catalog.loadTableById(plan.tableId)
      await assertNothingNested(db, table)
      const refuse = (location: string, why: string) => {
        throw new AppError('conflict', `The file ${location} is no orphan any more: ${why}. Plan again.`, {
          context: { location },
        })
      }
      for await (const { files } of allReferences(table, walk)) {
        for (const { location } of files) {
          if (planned.has(location)) refuse(location, 'the table refers to it now')
        }
      }
      for (const { location, why } of await pendingFiles(db)) {
        if (planned.has(location)) refuse(location, why)
      }
      context.report({ phase: 'quarantining', files: 0, filesTotal: plan.summary.files })
      try {
        await db.$transaction(async (tx) => {
          await lockTable(tx, plan.tableId, table.metadataLocation)
          await settle(tx)
        })
        return {
          before: { files: plan.summary.listed?.files ?? 0, bytes: plan.summary.listed?.bytes ?? 0 },
          after: {
            files: (plan.summary.listed?.files ?? 0) - plan.summary.files,
            bytes: (plan.summary.listed?.bytes ?? 0) - plan.summary.bytes,
          },
        }
      } catch (error) {
        if (!isAppError(error, 'conflict') || !error.retryable || attempt >= 50) throw error
      }
      await waitToRetry(attempt, { signal })
    }
  },
}
