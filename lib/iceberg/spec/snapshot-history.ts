import { mainBranch, type Snapshot } from './snapshot.ts'
import { findSnapshot, type TableMetadata } from './table-metadata.ts'

/**
 * A snapshot and those before it, newest first, as far as they have not expired. Parents that go in a circle, which a
 * damaged file may have, are followed once.
 */
export function ancestorsOf(metadata: TableMetadata, snapshotId: bigint | undefined): Snapshot[] {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]))
  const ancestors = new Map<bigint, Snapshot>()
  for (let next = snapshotId; next !== undefined && !ancestors.has(next); ) {
    const snapshot = byId.get(next)
    if (!snapshot) break
    ancestors.set(next, snapshot)
    next = snapshot.parentSnapshotId
  }
  return [...ancestors.values()]
}

/** Whether a snapshot is another one or lies before it. */
export const isAncestor = (metadata: TableMetadata, ancestorId: bigint, of: bigint | undefined): boolean =>
  ancestorsOf(metadata, of).some((snapshot) => snapshot.snapshotId === ancestorId)

/** The newest snapshot of a branch; a branch that does not exist yet begins at main's. */
export function branchSnapshot(metadata: TableMetadata, branch: string = mainBranch): Snapshot | undefined {
  const id = Object.hasOwn(metadata.refs, branch)
    ? metadata.refs[branch]?.snapshotId
    : metadata.currentSnapshotId
  return id === undefined ? undefined : findSnapshot(metadata, id)
}
