import { AppError } from '../../errors.ts'
import type { TableAction } from '../commit/table-action.ts'
import type { Expression } from '../scan/expression.ts'
import { readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { validateAddedFiles } from './append-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import {
  type IsolationLevel,
  startingSequenceNumber,
  validateAllFound,
  validateNoNewDeletes,
  validateNoNewRows,
} from './validate-conflicts.ts'

export interface OverwriteFilesOptions {
  /** Data files to be removed, as a scan of the starting snapshot gave them. */
  remove: readonly DataFile[]
  /** What takes their place: rows of them that stay, new rows, or none. */
  add: readonly DataFile[]
  /** The rows this is about: what was read to decide which files go. */
  filter: Expression
  /** The snapshot that was read; undefined: the table had none. */
  startingSnapshotId: bigint | undefined
  isolation: IsolationLevel
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

const what = 'overwrite'

/**
 * Replaces data files by others with other rows: overwrite, update and delete as copy-on-write (operation `overwrite`, or
 * `delete` when nothing is added).
 * @throws AppError `conflict`, not retryable, when a removed file is gone, delete files arrived for one, or (serializable)
 *   data files arrived that may have rows for the filter; `bad-input` for files that do not fit the table
 */
export function overwriteFiles(options: OverwriteFilesOptions): TableAction {
  const { remove, add, filter, startingSnapshotId, isolation, summary = {} } = options
  const writer = new FileChangeWriter()
  return async (table, context) => {
    if (remove.length === 0 && add.length === 0) {
      throw new AppError('bad-input', 'An overwrite needs at least one file to remove or to add.')
    }
    if (add.length > 0) validateAddedFiles(table, add)
    const parent = parentSnapshot(table, context)
    const since = startingSequenceNumber(table, what, startingSnapshotId, parent)
    const manifests = parent ? await readManifestList(table, parent) : []
    if (isolation === 'serializable') await validateNoNewRows(table, what, manifests, since, filter)
    await validateNoNewDeletes(table, what, manifests, since, remove)
    const applied = await writer.apply(table, context, manifests, { removeData: remove, addData: add })
    validateAllFound(table, what, remove, applied.removed)
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(table.metadata, parent, {
        operation: add.length === 0 ? 'delete' : 'overwrite',
        added: add,
        removed: applied.removed,
        properties: summary,
      }),
    )
  }
}
