import { AppError } from '../../errors.ts'
import type { TableAction } from '../commit/table-action.ts'
import { readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { validateAddedFiles } from './append-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { startingSequenceNumber, validateAllFound, validateNoNewDeletes } from './validate-conflicts.ts'

export interface RewriteDataFilesOptions {
  /** Data files to be replaced, as a scan of the starting snapshot gave them. */
  remove: readonly DataFile[]
  /** Files with the same live rows. */
  add: readonly DataFile[]
  /** The snapshot the removed files were read from. */
  startingSnapshotId: bigint
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

const what = 'rewrite of data files'

/**
 * Replaces data files by others with the same rows (operation `replace`, compaction). The new files keep the data
 * sequence number of the starting snapshot, so that equality deletes that arrive meanwhile still apply to their rows.
 * @throws AppError `conflict`, not retryable, when a removed file is no longer in the table or delete files arrived for
 *   one; `bad-input` for files that do not fit the table
 */
export function rewriteDataFiles(options: RewriteDataFilesOptions): TableAction {
  const { remove, add, startingSnapshotId, summary = {} } = options
  const writer = new FileChangeWriter()
  return async (table, context) => {
    if (remove.length === 0) throw new AppError('bad-input', 'A rewrite needs at least one file to replace.')
    if (add.length > 0) validateAddedFiles(table, add)
    const parent = parentSnapshot(table, context)
    const since = startingSequenceNumber(table, what, startingSnapshotId, parent)
    const manifests = parent ? await readManifestList(table, parent) : []
    await validateNoNewDeletes(table, what, manifests, since, remove)
    const changes = { removeData: remove, addData: add, sequenceNumber: since }
    const applied = await writer.apply(table, context, manifests, changes)
    validateAllFound(table, what, remove, applied.removed)
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(table.metadata, parent, {
        operation: 'replace',
        added: add,
        removed: applied.removed,
        properties: summary,
      }),
    )
  }
}
