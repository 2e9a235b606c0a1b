import { isDeepStrictEqual } from 'node:util'
import { isAppError } from '../../../errors.ts'
import { applyUpdates } from '../../commit/apply-updates.ts'
import type { Requirement } from '../../commit/requirement.ts'
import type { TableUpdate } from '../../commit/table-update.ts'
import { findSnapshot, type TableMetadata } from '../../spec/table-metadata.ts'

/**
 * Whether a table shows that a commit of unknown outcome has landed. One that adds snapshots is known by their ids, also
 * after others have committed on top. Any other is known by its effect: applying its updates again would change nothing.
 */
export function commitLanded(current: TableMetadata, updates: readonly TableUpdate[]): boolean {
  const added = updates.flatMap((update) => (update.action === 'add-snapshot' ? [update.snapshot] : []))
  if (added.length > 0) {
    return added.every(({ snapshotId }) => findSnapshot(current, snapshotId) !== undefined)
  }
  try {
    const again = applyUpdates(current, updates)
    return isDeepStrictEqual({ ...again, lastUpdatedMs: 0 }, { ...current, lastUpdatedMs: 0 })
  } catch (error) {
    // An update that no longer fits the table is not in effect.
    if (isAppError(error, 'bad-input')) return false
    throw error
  }
}

/**
 * Whether sending the same commit twice can land it at most once: it adds a snapshot to a ref that it requires to be
 * unchanged, so that once one has landed the other is refused.
 */
export function landsAtMostOnce(
  updates: readonly TableUpdate[],
  requirements: readonly Requirement[],
): boolean {
  const pinned = new Set(
    requirements.flatMap((one) => (one.type === 'assert-ref-snapshot-id' ? [one.ref] : [])),
  )
  const moved = updates.flatMap((update) => (update.action === 'set-snapshot-ref' ? [update.refName] : []))
  return (
    updates.some((update) => update.action === 'add-snapshot') &&
    moved.length > 0 &&
    moved.every((ref) => pinned.has(ref))
  )
}
