import { AppError } from '../../errors.ts'
import { mainBranch, type Snapshot, type SnapshotReference } from '../spec/snapshot.ts'
import { findSnapshot, type TableMetadata } from '../spec/table-metadata.ts'
import { invalidUpdate, type UpdateProgress } from './update-progress.ts'

/** Updates of snapshots and of the references to them. */

/** The snapshot was made from an older version of the table: its writer can make it again. */
const stale = (message: string): AppError => new AppError('conflict', message, { retryable: true })

export function addSnapshot(
  metadata: TableMetadata,
  snapshot: Snapshot,
  progress: UpdateProgress,
): TableMetadata {
  const { formatVersion, lastSequenceNumber, nextRowId } = metadata
  if (findSnapshot(metadata, snapshot.snapshotId))
    throw invalidUpdate(`snapshot ${snapshot.snapshotId} is there already.`)
  if (
    formatVersion > 1 &&
    snapshot.parentSnapshotId !== undefined &&
    snapshot.sequenceNumber <= lastSequenceNumber
  ) {
    throw stale(
      `Snapshot ${snapshot.snapshotId} has sequence number ${snapshot.sequenceNumber}, expected more than ${lastSequenceNumber}.`,
    )
  }
  progress.added.add(snapshot.snapshotId)
  const added: TableMetadata = {
    ...metadata,
    snapshots: [...metadata.snapshots, snapshot],
    lastSequenceNumber:
      snapshot.sequenceNumber > lastSequenceNumber ? snapshot.sequenceNumber : lastSequenceNumber,
    lastUpdatedMs: Math.max(metadata.lastUpdatedMs, snapshot.timestampMs),
  }
  if (formatVersion < 3) return added
  const { firstRowId, addedRows } = snapshot
  if (firstRowId === undefined || addedRows === undefined) {
    throw invalidUpdate(
      `snapshot ${snapshot.snapshotId} has no first-row-id or added-rows, which format version 3 requires.`,
    )
  }
  if (addedRows < 0n) throw invalidUpdate(`snapshot ${snapshot.snapshotId} adds ${addedRows} rows.`)
  if (firstRowId < nextRowId) {
    throw stale(
      `Snapshot ${snapshot.snapshotId} has first-row-id ${firstRowId}, behind the table's next-row-id ${nextRowId}.`,
    )
  }
  return { ...added, nextRowId: firstRowId + addedRows }
}

function validateReference(name: string, reference: SnapshotReference): void {
  const { type, minSnapshotsToKeep, maxSnapshotAgeMs, maxRefAgeMs } = reference
  if (name === '') throw invalidUpdate('a reference needs a name.')
  if (name === mainBranch && type !== 'branch') throw invalidUpdate('"main" has to be a branch.')
  if (type === 'tag' && (minSnapshotsToKeep !== undefined || maxSnapshotAgeMs !== undefined)) {
    throw invalidUpdate(`"${name}" is a tag: only branches say how many or how old snapshots they keep.`)
  }
  for (const [key, value] of Object.entries({ minSnapshotsToKeep, maxSnapshotAgeMs, maxRefAgeMs })) {
    if (value !== undefined && value <= 0)
      throw invalidUpdate(`${key} of "${name}" has to be above 0, found ${value}.`)
  }
}

export function setRef(
  metadata: TableMetadata,
  name: string,
  reference: SnapshotReference,
  progress: UpdateProgress,
): TableMetadata {
  validateReference(name, reference)
  const snapshot = findSnapshot(metadata, reference.snapshotId)
  if (!snapshot)
    throw invalidUpdate(`"${name}" cannot point to snapshot ${reference.snapshotId}, which does not exist.`)
  const refs = { ...metadata.refs, [name]: reference }
  const before = metadata.currentSnapshotId
  if (name !== mainBranch || before === reference.snapshotId) return { ...metadata, refs }
  if (before !== undefined && progress.added.has(before)) progress.replaced.add(before)
  progress.replaced.delete(snapshot.snapshotId)
  const timestampMs = progress.added.has(snapshot.snapshotId) ? snapshot.timestampMs : progress.now
  return {
    ...metadata,
    refs,
    currentSnapshotId: snapshot.snapshotId,
    snapshotLog: [...metadata.snapshotLog, { snapshotId: snapshot.snapshotId, timestampMs }],
  }
}

export function removeRef(metadata: TableMetadata, name: string): TableMetadata {
  if (!Object.hasOwn(metadata.refs, name)) return metadata
  const { [name]: _, ...refs } = metadata.refs
  if (name !== mainBranch) return { ...metadata, refs }
  const { currentSnapshotId: __, ...rest } = metadata
  return { ...rest, refs }
}

export function removeSnapshots(metadata: TableMetadata, ids: readonly bigint[]): TableMetadata {
  const removed = new Set(ids)
  // A log with a hole would claim that an older snapshot was current until the next entry, so it starts after the hole.
  const lastHole = metadata.snapshotLog.findLastIndex((entry) => removed.has(entry.snapshotId))
  const kept = {
    ...metadata,
    snapshots: metadata.snapshots.filter((snapshot) => !removed.has(snapshot.snapshotId)),
    statistics: metadata.statistics.filter((file) => !removed.has(file.snapshotId)),
    partitionStatistics: metadata.partitionStatistics.filter((file) => !removed.has(file.snapshotId)),
    snapshotLog: metadata.snapshotLog.slice(lastHole + 1),
  }
  return Object.entries(metadata.refs)
    .filter(([, reference]) => removed.has(reference.snapshotId))
    .reduce((current: TableMetadata, [name]) => removeRef(current, name), kept)
}

/**
 * Snapshots of this table that were removed are there again, in the order of their sequence numbers. They count nothing
 * anew: sequence numbers and row ids are those they were given. Of the log comes back what joins its present start
 * without a hole.
 */
export function restoreSnapshots(
  metadata: TableMetadata,
  { snapshots, snapshotLog }: Pick<TableMetadata, 'snapshots' | 'snapshotLog'>,
): TableMetadata {
  for (const { snapshotId, sequenceNumber } of snapshots) {
    if (findSnapshot(metadata, snapshotId)) throw invalidUpdate(`snapshot ${snapshotId} is there already.`)
    if (sequenceNumber > metadata.lastSequenceNumber) {
      throw invalidUpdate(
        `snapshot ${snapshotId} with sequence number ${sequenceNumber} was never one of this table.`,
      )
    }
  }
  const all = [...metadata.snapshots, ...snapshots].sort(
    (one, other) => Number(one.sequenceNumber - other.sequenceNumber) || one.timestampMs - other.timestampMs,
  )
  const ids = new Set(all.map(({ snapshotId }) => snapshotId))
  const [start] = metadata.snapshotLog
  // Two commits of one millisecond are told apart by where the log goes on.
  const joint = snapshotLog.findIndex(
    ({ snapshotId, timestampMs }) => snapshotId === start?.snapshotId && timestampMs === start.timestampMs,
  )
  const earlier =
    joint === -1
      ? snapshotLog.filter(({ timestampMs }) => !start || timestampMs < start.timestampMs)
      : snapshotLog.slice(0, joint)
  const lastHole = earlier.findLastIndex(({ snapshotId }) => !ids.has(snapshotId))
  return {
    ...metadata,
    snapshots: all,
    snapshotLog: [...earlier.slice(lastHole + 1), ...metadata.snapshotLog],
  }
}

/** The log without the snapshots that were main's only between two updates of one commit. */
export function settleSnapshotLog(metadata: TableMetadata, { replaced }: UpdateProgress): TableMetadata {
  if (replaced.size === 0) return metadata
  return {
    ...metadata,
    snapshotLog: metadata.snapshotLog.filter((entry) => !replaced.has(entry.snapshotId)),
  }
}
