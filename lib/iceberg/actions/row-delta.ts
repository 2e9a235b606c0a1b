import { AppError } from '../../errors.ts'
import type { Table } from '../catalog/catalog.ts'
import type { TableAction } from '../commit/table-action.ts'
import { isDeletionVector } from '../scan/delete-index.ts'
import type { Expression } from '../scan/expression.ts'
import { readManifestList } from '../scan/manifest-files.ts'
import { type DataFile, fileKey } from '../spec/data-file.ts'
import type { Operation } from '../spec/snapshot.ts'
import { validateAddedFiles } from './append-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import {
  type IsolationLevel,
  noLongerApplies,
  startingSequenceNumber,
  validateDataFilesExist,
  validateNoNewDeletes,
  validateNoNewRows,
} from './validate-conflicts.ts'

export interface RowDeltaOptions {
  addData?: readonly DataFile[]
  /** Position deletes (format version 2), deletion vectors (version 3), or equality deletes. */
  addDeletes?: readonly DataFile[]
  /** Data files all of whose rows are deleted. */
  removeData?: readonly DataFile[]
  /** Delete files that an added deletion vector replaces: it has their positions. */
  removeDeletes?: readonly DataFile[]
  /** Data files that added position deletes and vectors point to, as a scan of the starting snapshot gave them. */
  referenced?: readonly DataFile[]
  /** The rows this is about: what was read to find the rows to delete. */
  filter: Expression
  /** The snapshot that was read; undefined: the table had none. */
  startingSnapshotId: bigint | undefined
  isolation: IsolationLevel
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

const what = 'change of rows'

/**
 * Adds data files and delete files together: delete, update and merge as merge-on-read (operation `delete`, `append` or
 * `overwrite`, by what it does).
 * @throws AppError `conflict`, not retryable, when a data file it refers to is gone, deletes arrived for one (in format
 *   version 2 only where rows are added, too: the same row deleted twice is deleted), or (serializable) data files arrived
 *   that may have rows for the filter; `bad-input` for files that do not fit the table
 */
export function rowDelta(options: RowDeltaOptions): TableAction {
  const { addData = [], addDeletes = [], removeData = [], removeDeletes = [], referenced = [] } = options
  const { filter, startingSnapshotId, isolation, summary = {} } = options
  const writer = new FileChangeWriter()
  return async (table, context) => {
    if (addData.length + addDeletes.length + removeData.length === 0) {
      throw new AppError('bad-input', 'A change of rows needs at least one file to add or to remove.')
    }
    if (addData.length > 0) validateAddedFiles(table, addData)
    validateAddedDeletes(table, addDeletes)
    const parent = parentSnapshot(table, context)
    const since = startingSequenceNumber(table, what, startingSnapshotId, parent)
    const manifests = parent ? await readManifestList(table, parent) : []
    if (isolation === 'serializable') await validateNoNewRows(table, what, manifests, since, filter)
    await validateDataFilesExist(table, what, manifests, referenced)
    const exclusive =
      addData.length > 0 || addDeletes.some(isDeletionVector) ? [...referenced, ...removeData] : removeData
    await validateNoNewDeletes(table, what, manifests, since, exclusive)
    const applied = await writer.apply(table, context, manifests, {
      removeData,
      addData,
      removeDeletes,
      addDeletes,
    })
    const found = new Set(applied.removed.map(fileKey))
    const missing = [...removeData, ...removeDeletes].find((file) => !found.has(fileKey(file)))
    if (missing) throw noLongerApplies(table, what, `${missing.filePath} is no longer in the table`)
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(table.metadata, parent, {
        operation: operationOf(addData, [...addDeletes, ...removeData]),
        added: [...addData, ...addDeletes],
        removed: applied.removed,
        properties: summary,
      }),
    )
  }
}

function operationOf(adds: readonly DataFile[], deletes: readonly DataFile[]): Operation {
  if (deletes.length === 0) return 'append'
  return adds.length === 0 ? 'delete' : 'overwrite'
}

/** @throws AppError `bad-input` */
function validateAddedDeletes({ metadata }: Table, files: readonly DataFile[]): void {
  const targets = new Set<string>()
  for (const file of files) {
    const refuse = (reason: string) =>
      new AppError('bad-input', `The delete file ${file.filePath} ${reason}.`, {
        context: { filePath: file.filePath },
      })
    if (file.content === 'data') throw refuse('is a data file')
    if (file.content === 'equality-deletes') {
      if (!file.equalityIds?.length) throw refuse('does not say by which columns it deletes')
      continue
    }
    const vector = isDeletionVector(file)
    if (metadata.formatVersion === 3 && !vector) {
      throw refuse('has positions in a file, where format version 3 wants deletion vectors')
    }
    if (metadata.formatVersion !== 3 && vector) {
      throw refuse(`is a deletion vector, which format version ${metadata.formatVersion} does not have`)
    }
    if (!vector) continue
    if (
      file.referencedDataFile === undefined ||
      file.contentOffset === undefined ||
      file.contentSizeInBytes === undefined
    ) {
      throw refuse('does not say which data file its deletion vector is for and where it lies')
    }
    if (targets.has(file.referencedDataFile))
      throw refuse(`is a second vector for ${file.referencedDataFile}`)
    targets.add(file.referencedDataFile)
  }
}
