import type { Table } from '../catalog/catalog.ts'
import type { SnapshotReference } from '../spec/snapshot.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import { findSnapshot } from '../spec/table-metadata.ts'

/** What branch main was, and when: the metadata table `history`. */
export interface HistoryItem {
  /** Milliseconds since the epoch. */
  madeCurrentAtMs: number
  snapshotId: bigint
  /** Undefined also for a snapshot that has expired. */
  parentSnapshotId: bigint | undefined
  /** False for what was rolled back. */
  isAncestorOfCurrent: boolean
}

/** The states the table went through, oldest first. */
export function listHistory({ metadata }: Table): HistoryItem[] {
  const ancestors = new Set(
    ancestorsOf(metadata, metadata.currentSnapshotId).map((snapshot) => snapshot.snapshotId),
  )
  return metadata.snapshotLog.map(({ snapshotId, timestampMs }) => ({
    madeCurrentAtMs: timestampMs,
    snapshotId,
    parentSnapshotId: findSnapshot(metadata, snapshotId)?.parentSnapshotId,
    isAncestorOfCurrent: ancestors.has(snapshotId),
  }))
}

export interface NamedReference extends SnapshotReference {
  name: string
}

/** Branches and tags, main first, then by name: the metadata table `refs`. */
export const listReferences = ({ metadata }: Table): NamedReference[] =>
  Object.entries(metadata.refs)
    .map(([name, reference]) => ({ name, ...reference }))
    .sort((a, b) => Number(b.name === 'main') - Number(a.name === 'main') || (a.name < b.name ? -1 : 1))
