import path from 'node:path'
import type { DeletedRows } from '#lib/engine/tasks.ts'
import { rowDelta } from '#lib/iceberg/actions/row-delta.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { isDeletionVector } from '#lib/iceberg/scan/delete-index.ts'
import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { partitionPath, typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import { deletedFilePathId } from '#lib/iceberg/spec/reserved-fields.ts'
import { encodeValue } from '#lib/iceberg/spec/single-value.ts'
import { specById, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { localTableScan } from './local-table-scan.ts'
import { overwriteRows } from './overwrite-rows.ts'
import { PlacedFiles } from './placed-files.ts'
import {
  isolationOf,
  type PlannedChange,
  planRowChange,
  type RowChangeContext,
  type RowChangeOptions,
  type RowChangeOutcome,
} from './row-change.ts'

export type DeleteMode = 'copy-on-write' | 'merge-on-read'

export interface DeleteRowsOptions extends RowChangeOptions {
  /** Default: the table's property `write.delete.mode`, else copy-on-write. */
  mode?: DeleteMode
}

/**
 * Deletes the rows for which a filter holds. Copy-on-write writes the files with such rows again; merge-on-read only notes
 * their positions: in position delete files (format version 2) or deletion vectors (version 3). Files whose rows all match
 * are dropped either way.
 * @throws AppError as `overwriteRows`
 */
export async function deleteRows<Tx>(
  context: RowChangeContext<Tx>,
  options: DeleteRowsOptions,
): Promise<RowChangeOutcome> {
  const { identifier, filter, summary = {} } = options
  const plan = await planRowChange(context, options)
  const { table, target, startingSnapshotId, whole } = plan
  const mode = options.mode ?? table.metadata.properties['write.delete.mode'] ?? 'copy-on-write'
  if (mode !== 'merge-on-read') return overwriteRows(context, { ...options, add: [] })
  const placed = new PlacedFiles(table.io)
  return placed.guard(async () => {
    const found = await findDeletes(context, plan, placed)
    const removeData = [...whole.map(({ file }) => file), ...found.emptied]
    const counts = {
      droppedFiles: whole.length,
      changedFiles: found.referenced.length + found.emptied.length,
    }
    if (removeData.length + found.addDeletes.length === 0) return { committed: null, ...counts }
    const action = rowDelta({
      removeData,
      addDeletes: found.addDeletes,
      removeDeletes: found.removeDeletes,
      referenced: found.referenced,
      filter,
      startingSnapshotId,
      isolation: options.isolation ?? isolationOf(table, 'delete'),
      summary,
    })
    const { catalog, signal } = context
    return {
      committed: await commitWithRetry(catalog, identifier, action, {
        target,
        ...(signal ? { signal } : {}),
      }),
      ...counts,
    }
  })
}

interface FoundDeletes {
  addDeletes: DataFile[]
  /** Earlier deletes of the same data files that the new vectors hold, too. */
  removeDeletes: DataFile[]
  /** Data files the deletes point to. */
  referenced: DataFile[]
  /** Data files that have no rows left. */
  emptied: DataFile[]
}

async function findDeletes<Tx>(
  { engine, workDirectory, signal }: RowChangeContext<Tx>,
  { table, filter, partly }: PlannedChange,
  placed: PlacedFiles,
): Promise<FoundDeletes> {
  const found: FoundDeletes = { addDeletes: [], removeDeletes: [], referenced: [], emptied: [] }
  if (partly.length === 0) return found
  const { metadata } = table
  const vectors = metadata.formatVersion === 3
  const { deleted } = await engine.run(
    'deleteRows',
    {
      scan: await localTableScan(table, partly),
      filter,
      as: vectors ? 'deletion-vectors' : 'position-deletes',
      outputDirectory: path.join(workDirectory, 'deletes'),
    },
    signal ? { signal } : {},
  )
  const locations = new Map<string, string>()
  for (const one of deleted) {
    const task = partly[one.file]
    if (!task) continue
    if (one.positions === task.file.recordCount) {
      found.emptied.push(task.file)
      continue
    }
    let location = locations.get(one.localPath)
    if (location === undefined) {
      location = `${metadata.location}/data/${vectors ? '' : folderOf(metadata, task.file)}${path.basename(one.localPath)}`
      locations.set(one.localPath, location)
      await placed.place(one.localPath, location)
    }
    found.addDeletes.push(deleteFile(task.file, one, location))
    found.referenced.push(task.file)
    if (vectors) found.removeDeletes.push(...replacedBy(task))
  }
  return found
}

function folderOf(metadata: TableMetadata, file: DataFile): string {
  const folder = partitionPath(
    typedPartitionFields(specById(metadata, file.specId), metadata.schemas),
    file.partition,
  )
  return folder === '' ? '' : `${folder}/`
}

/** Deletes that only concern a vector's data file. A position delete file of several data files stays, for the others. */
const replacedBy = ({ file, deletes }: FileScanTask): DataFile[] =>
  deletes
    .map((one) => one.file)
    .filter(
      (one) =>
        isDeletionVector(one) ||
        (one.content === 'position-deletes' && one.referencedDataFile === file.filePath),
    )

function deleteFile(data: DataFile, deleted: DeletedRows, filePath: string): DataFile {
  const file: DataFile = {
    content: 'position-deletes',
    filePath,
    fileFormat: 'PARQUET',
    specId: data.specId,
    partition: data.partition,
    recordCount: deleted.positions,
    fileSizeInBytes: deleted.fileSizeInBytes,
    referencedDataFile: data.filePath,
  }
  if (deleted.contentOffset !== undefined && deleted.contentSizeInBytes !== undefined) {
    const { contentOffset, contentSizeInBytes } = deleted
    return { ...file, fileFormat: 'PUFFIN', contentOffset, contentSizeInBytes }
  }
  // Whole, not cut as other bounds are: readers see by equal bounds that the file is about one data file.
  const bound = encodeValue('string', data.filePath)
  return {
    ...file,
    lowerBounds: new Map([[deletedFilePathId, bound]]),
    upperBounds: new Map([[deletedFilePathId, bound]]),
  }
}
