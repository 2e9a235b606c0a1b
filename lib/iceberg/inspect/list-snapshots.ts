import type { Table } from '../catalog/catalog.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'

export interface ListedSnapshot {
  snapshot: Snapshot
  /** `append`, `replace`, `overwrite` or `delete`; undefined in old tables of format version 1. */
  operation: string | undefined
  /** Branches and tags that point to it. */
  refs: string[]
  isCurrent: boolean
  /** In the history of the current snapshot; false for what was rolled back or lies on another branch. */
  isAncestorOfCurrent: boolean
}

/** A table's snapshots, newest first. */
export function listSnapshots(table: Table): ListedSnapshot[] {
  const { snapshots, refs, currentSnapshotId } = table.metadata
  const ancestors = new Set(
    ancestorsOf(table.metadata, currentSnapshotId).map((snapshot) => snapshot.snapshotId),
  )
  const names = Map.groupBy(Object.entries(refs), ([, reference]) => reference.snapshotId)
  return snapshots
    .map((snapshot) => ({
      snapshot,
      operation: snapshot.summary.operation,
      refs: (names.get(snapshot.snapshotId) ?? []).map(([name]) => name),
      isCurrent: snapshot.snapshotId === currentSnapshotId,
      isAncestorOfCurrent: ancestors.has(snapshot.snapshotId),
    }))
    .reverse()
}
