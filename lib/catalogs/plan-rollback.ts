import type { RollbackPlan } from '#lib/api/snapshots.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { compareSnapshots } from '#lib/iceberg/inspect/compare-snapshots.ts'
import { resolveSnapshot } from '#lib/iceberg/inspect/resolve-snapshot.ts'
import { mainBranch, type Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { ancestorsOf } from '#lib/iceberg/spec/snapshot-history.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { amountsOf } from './file-amounts.ts'
import { summaryCount } from './snapshot-item.ts'

const iso = (snapshot: Snapshot | undefined): string | null =>
  snapshot ? new Date(snapshot.timestampMs).toISOString() : null

/**
 * What would leave the table, and what would come back, if main were set to a snapshot. Of manifests only those are read
 * that the two snapshots do not share.
 * @throws AppError `not-found`, `too-large`, `corrupt`, `unavailable`
 */
export async function planRollback(table: Table, snapshotId: bigint): Promise<RollbackPlan> {
  const { metadata } = table
  const target = resolveSnapshot(table, { snapshotId })
  const current = currentSnapshot(metadata)
  const staying = new Set(ancestorsOf(metadata, snapshotId).map((one) => one.snapshotId))
  const history = ancestorsOf(metadata, current?.snapshotId)
  const leaving = history.filter((one) => !staying.has(one.snapshotId))
  const elsewhere = new Set(
    Object.entries(metadata.refs).flatMap(([name, reference]) =>
      name === mainBranch ? [] : ancestorsOf(metadata, reference.snapshotId).map((one) => one.snapshotId),
    ),
  )
  const { added, removed } = await compareSnapshots(table, current, target)
  const isAncestor = history.some((one) => one.snapshotId === snapshotId)
  return {
    snapshotId: snapshotId.toString(),
    currentSnapshotId: current?.snapshotId.toString() ?? null,
    kind: current?.snapshotId === snapshotId ? 'current' : isAncestor ? 'rollback' : 'set-current',
    snapshots: leaving.length,
    kept: leaving.filter((one) => elsewhere.has(one.snapshotId)).length,
    oldestAt: iso(leaving.at(-1)),
    newestAt: iso(leaving[0]),
    removed: amountsOf(removed),
    added: amountsOf(added),
    recordsBefore: summaryCount(current?.summary ?? {}, 'total-records'),
    recordsAfter: summaryCount(target.summary, 'total-records'),
  }
}
