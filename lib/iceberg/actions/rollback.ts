import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { MakeChange, TableChange } from '../commit/commit-change.ts'
import { mainBranch, type Snapshot } from '../spec/snapshot.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import { findSnapshot } from '../spec/table-metadata.ts'

/** Setting back the table, its branch main, to what it was. No file is written or deleted. */

function setMain(table: Table, snapshotId: bigint): TableChange {
  const { metadata } = table
  if (metadata.currentSnapshotId === snapshotId) return { requirements: [], updates: [] }
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: metadata.tableUuid },
      {
        type: 'assert-ref-snapshot-id',
        ref: mainBranch,
        snapshotId: metadata.refs[mainBranch]?.snapshotId ?? null,
      },
    ],
    updates: [
      {
        action: 'set-snapshot-ref',
        refName: mainBranch,
        ...metadata.refs[mainBranch],
        snapshotId,
        type: 'branch',
      },
    ],
  }
}

function snapshotNamed(table: Table, snapshotId: bigint): Snapshot {
  const snapshot = findSnapshot(table.metadata, snapshotId)
  if (snapshot) return snapshot
  throw new AppError(
    'not-found',
    `The table ${formatIdentifier(table.identifier)} has no snapshot ${snapshotId}. It may have been expired.`,
  )
}

/** Sets the table to any of its snapshots, of whatever branch. @throws AppError `not-found` */
export const setCurrentSnapshot =
  (snapshotId: bigint): MakeChange =>
  (table) =>
    setMain(table, snapshotNamed(table, snapshotId).snapshotId)

/**
 * Sets the table back to one of the snapshots it went through.
 * @throws AppError `not-found`; `bad-input` for a snapshot of another branch or one that was rolled back
 */
export const rollbackToSnapshot =
  (snapshotId: bigint): MakeChange =>
  (table) => {
    const { snapshotId: id } = snapshotNamed(table, snapshotId)
    if (snapshotsLostBy(table, id) === null) {
      throw new AppError(
        'bad-input',
        `The table ${formatIdentifier(table.identifier)} cannot be rolled back to snapshot ${id}, which is not in its history. Set it as current instead, if that is what you want.`,
      )
    }
    return setMain(table, id)
  }

/**
 * Sets the table back to its newest snapshot from before a time, among those of its history.
 * @param timestampMs milliseconds since the epoch
 * @throws AppError `not-found` when there is none
 */
export const rollbackToTime =
  (timestampMs: number): MakeChange =>
  (table) => {
    const [found] = ancestorsOf(table.metadata, table.metadata.currentSnapshotId).filter(
      (snapshot) => snapshot.timestampMs < timestampMs,
    )
    if (found) return setMain(table, found.snapshotId)
    throw new AppError(
      'not-found',
      `The table ${formatIdentifier(table.identifier)} has no snapshot from before ${new Date(timestampMs).toISOString()}.`,
    )
  }

/** The snapshots that a rollback would take off main, newest first; null when the snapshot is not in main's history. */
export function snapshotsLostBy({ metadata }: Table, snapshotId: bigint): Snapshot[] | null {
  const history = ancestorsOf(metadata, metadata.currentSnapshotId)
  const index = history.findIndex((snapshot) => snapshot.snapshotId === snapshotId)
  return index < 0 ? null : history.slice(0, index)
}
