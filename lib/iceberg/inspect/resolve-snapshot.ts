import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import { findSnapshot } from '../spec/table-metadata.ts'

/** What time travel can ask for. */
export type SnapshotQuestion =
  | { snapshotId: bigint }
  /** A branch or a tag. */
  | { ref: string }
  /** What was current then, in milliseconds since the epoch. */
  | { asOfMs: number }

/**
 * The snapshot that a reader asks for.
 * @throws AppError `not-found` that says what there is
 */
export function resolveSnapshot(table: Table, question: SnapshotQuestion): Snapshot {
  const { metadata } = table
  const missing = (message: string) =>
    new AppError('not-found', `The table ${formatIdentifier(table.identifier)} ${message}`)
  if ('snapshotId' in question) {
    const snapshot = findSnapshot(metadata, question.snapshotId)
    if (snapshot) return snapshot
    throw missing(`has no snapshot ${question.snapshotId}. It may have been expired.`)
  }
  if ('ref' in question) {
    const reference = Object.hasOwn(metadata.refs, question.ref) ? metadata.refs[question.ref] : undefined
    const snapshot = reference && findSnapshot(metadata, reference.snapshotId)
    if (snapshot) return snapshot
    const names = Object.keys(metadata.refs).join(', ') || 'none'
    throw missing(`has no branch or tag "${question.ref}". It has: ${names}.`)
  }
  // The log, not the snapshots' own times: it knows of rollbacks.
  const entry = metadata.snapshotLog.findLast((one) => one.timestampMs <= question.asOfMs)
  const snapshot = entry && findSnapshot(metadata, entry.snapshotId)
  if (snapshot) return snapshot
  const [first] = metadata.snapshotLog
  const begin = first ? ` Its history begins at ${new Date(first.timestampMs).toISOString()}.` : ''
  throw missing(`had no snapshot yet at ${new Date(question.asOfMs).toISOString()}.${begin}`)
}
