import type { Database, Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import type { TableUpdate } from '#lib/iceberg/commit/table-update.ts'
import { readAhead } from '#lib/iceberg/scan/read-ahead.ts'
import { ReferenceWalk } from '#lib/iceberg/scan/reference-walk.ts'
import { parseJson } from '#lib/iceberg/spec/json.ts'
import { findSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { type ExpiryInput, ExpiryInputJson } from '../plans/plan-expiry.ts'

interface Restored {
  files: number
  snapshots: number
  refs: number
}

/** Takes single files out of quarantine: they stay where they are and are not proposed again. Returns how many. */
export async function restoreFiles(db: Database, ids: string[], by: string): Promise<Restored> {
  return { files: await release(db, { id: { in: ids } }, by), snapshots: 0, refs: 0 }
}

const release = async (
  tx: Database | Transaction,
  where: { id: { in: string[] } } | { runId: string },
  by: string,
): Promise<number> => {
  const { count } = await tx.quarantinedFile.updateMany({
    where: { ...where, state: 'quarantined' },
    data: { state: 'restored', changedAt: new Date(), changedBy: by },
  })
  return count
}

const noteUndone = (tx: Database | Transaction, runId: string) =>
  tx.maintenancePlan.updateMany({ where: { runId }, data: { state: 'undone' } })

/**
 * Undoes what a run put into quarantine: its files stay, expired snapshots and references are part of the table again, and
 * a dropped table can be undropped again.
 * @throws AppError `not-found`; `gone` when some of it is deleted already
 */
export async function restoreRun(
  { db, catalog }: { db: Database; catalog: BuiltInCatalog },
  runId: string,
  by: string,
): Promise<Restored> {
  const plan = await db.maintenancePlan.findUnique({ where: { runId } })
  const states = await db.quarantinedFile.groupBy({ by: ['state'], where: { runId }, _count: true })
  if (plan?.state !== 'applied') {
    throw new AppError('not-found', `Run ${runId} has put nothing into quarantine.`)
  }
  const gone = states.find(({ state }) => state === 'purged' || state === 'purging')
  if (gone && plan.action !== 'remove-orphan-files') {
    throw new AppError(
      'gone',
      `${gone._count} files of run ${runId} are deleted already, so it can't be undone as a whole. Single files that still wait can be restored.`,
    )
  }
  if (plan.action === 'expire-snapshots') {
    return restoreSnapshots({ db, catalog }, plan, by)
  }
  return db.$transaction(async (tx) => {
    const files = await release(tx, { runId }, by)
    await noteUndone(tx, runId)
    if (plan.action === 'purge-dropped-table') {
      // As if it were dropped now, without purge: it can be undropped, and nobody deletes it unasked.
      await tx.icebergTable.updateMany({
        where: { id: plan.tableId, purgedAt: { not: null } },
        data: { purgedAt: null, purgeRequested: false, droppedAt: new Date() },
      })
    }
    return { files, snapshots: 0, refs: 0 }
  })
}

async function restoreSnapshots(
  { db, catalog }: { db: Database; catalog: BuiltInCatalog },
  plan: { tableId: string; runId: string | null; input: string },
  by: string,
): Promise<Restored> {
  const input = ExpiryInputJson.parse(parseJson(plan.input))
  const runId = plan.runId ?? ''
  const table = await catalog.loadTableById(plan.tableId)
  await assertComplete(table, input)
  let restored: Restored = { files: 0, snapshots: 0, refs: 0 }
  const change = (current: Table) => {
    const snapshots = input.snapshots.filter(({ snapshotId }) => !findSnapshot(current.metadata, snapshotId))
    // A name that means something else by now stays what it is.
    const refs = input.refs.filter(({ name }) => !Object.hasOwn(current.metadata.refs, name))
    const back = new Set(snapshots.map(({ snapshotId }) => snapshotId))
    const isBack = ({ snapshotId }: { snapshotId: bigint }) => back.has(snapshotId)
    restored = { files: 0, snapshots: snapshots.length, refs: refs.length }
    const updates: TableUpdate[] = [
      ...(snapshots.length > 0
        ? [{ action: 'restore-snapshots' as const, snapshots, snapshotLog: input.snapshotLog }]
        : []),
      ...refs.map(({ name, reference }) => ({
        action: 'set-snapshot-ref' as const,
        refName: name,
        ...reference,
      })),
      ...input.statistics
        .filter(isBack)
        .map((statistics) => ({ action: 'set-statistics' as const, statistics })),
      ...input.partitionStatistics
        .filter(isBack)
        .map((partitionStatistics) => ({ action: 'set-partition-statistics' as const, partitionStatistics })),
    ]
    return {
      requirements: [{ type: 'assert-table-uuid' as const, uuid: current.metadata.tableUuid }],
      updates,
    }
  }
  const settle = async (tx: Transaction | Database) => {
    const files = await release(tx, { runId }, by)
    await noteUndone(tx, runId)
    const lost = await tx.quarantinedFile.count({ where: { runId, state: { in: ['purging', 'purged'] } } })
    if (lost > 0) {
      throw new AppError('gone', `${lost} files of run ${runId} were deleted meanwhile. Nothing was changed.`)
    }
    restored = { ...restored, files }
  }
  let landed = false
  await commitChange(catalog, table.identifier, change, {
    maxAttempts: 50,
    within: async (tx) => {
      await settle(tx)
      landed = true
    },
  })
  // Only metadata files were in it, or the snapshots are there already.
  if (!landed) await db.$transaction(settle)
  return restored
}

const concurrentStats = 16

/** @throws AppError `gone` when a file that the snapshots need is not there any more */
async function assertComplete(table: Table, { snapshots }: ExpiryInput): Promise<void> {
  for await (const { files } of new ReferenceWalk().snapshots(table, snapshots)) {
    const found = readAhead(files, concurrentStats, async ({ location }) => ({
      location,
      there: (await table.io.stat(location)) !== null,
    }))
    for await (const { location, there } of found) {
      if (there) continue
      throw new AppError(
        'gone',
        `The expired snapshots of ${formatIdentifier(table.identifier)} need ${location}, which is deleted already.`,
        { context: { location } },
      )
    }
  }
}
