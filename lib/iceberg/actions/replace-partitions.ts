import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { TableAction } from '../commit/table-action.ts'
import { forEachManifest, readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestFile } from '../spec/manifest.ts'
import { partitionKey } from '../spec/partition-type.ts'
import { specById } from '../spec/table-metadata.ts'
import { validateAddedFiles } from './append-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { type IsolationLevel, startingSequenceNumber, validateNoNewFilesIn } from './validate-conflicts.ts'

export interface ReplacePartitionsOptions {
  /** The new content of their partitions. */
  add: readonly DataFile[]
  /**
   * Where the new content was made from what the table had: the snapshot that was read. With `serializable`, files that
   * arrived in the partitions since then are a conflict; otherwise they are replaced like all others.
   */
  readFrom?: { snapshotId: bigint | undefined; isolation: IsolationLevel }
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

const what = 'overwrite of partitions'

/**
 * Replaces all files of the partitions that the added files are in (dynamic partition overwrite, operation `overwrite`);
 * of an unpartitioned table, all files.
 * @throws AppError `conflict`, not retryable, see `readFrom`; `bad-input` for files that do not fit the table, or when it
 *   has files of an older partition spec, since those may have rows of the same partitions
 */
export function replacePartitions({ add, readFrom, summary = {} }: ReplacePartitionsOptions): TableAction {
  const writer = new FileChangeWriter()
  return async (table, context) => {
    validateAddedFiles(table, add)
    const { metadata } = table
    const spec = specById(metadata, metadata.defaultSpecId)
    const older = add.find((file) => file.specId !== spec.specId)
    if (older) {
      throw new AppError(
        'bad-input',
        `The file ${older.filePath} is of partition spec ${older.specId}; partitions are overwritten in the table's current one, ${spec.specId}.`,
        { context: { filePath: older.filePath } },
      )
    }
    const partitions = new Set(add.map((file) => partitionKey(spec, file.partition)))
    const parent = parentSnapshot(table, context)
    const manifests = parent ? await readManifestList(table, parent) : []
    if (readFrom) {
      const since = startingSequenceNumber(table, what, readFrom.snapshotId, parent)
      if (readFrom.isolation === 'serializable') {
        await validateNoNewFilesIn(table, what, manifests, since, partitions)
      }
    }
    const live = await filesIn(table, manifests, partitions)
    const applied = await writer.apply(table, context, manifests, { ...live, addData: add })
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(metadata, parent, {
        operation: 'overwrite',
        added: add,
        removed: applied.removed,
        properties: { 'replace-partitions': 'true', ...summary },
      }),
    )
  }
}

/** Live data and delete files of some partitions of the current spec. */
async function filesIn(
  table: Table,
  manifests: readonly ManifestFile[],
  partitions: ReadonlySet<string>,
): Promise<{ removeData: DataFile[]; removeDeletes: DataFile[] }> {
  const { metadata } = table
  const [removeData, removeDeletes]: [DataFile[], DataFile[]] = [[], []]
  await forEachManifest(table, manifests, 'identity', (entries, manifest) => {
    const spec = specById(metadata, manifest.partitionSpecId)
    for (const { status, file } of entries) {
      if (status === 'deleted') continue
      if (spec.specId !== metadata.defaultSpecId) {
        // Deletes of an older spec only concern files of that spec, of which there are none.
        if (file.content !== 'data') continue
        throw new AppError(
          'bad-input',
          `The table ${formatIdentifier(table.identifier)} has files of the older partition spec ${spec.specId}, which may have rows of the partitions to overwrite, for example ${file.filePath}. Overwrite by a filter instead, or rewrite those files first.`,
          { context: { filePath: file.filePath, specId: spec.specId } },
        )
      }
      if (!partitions.has(partitionKey(spec, file.partition))) continue
      if (file.content === 'data') removeData.push(file)
      else removeDeletes.push(file)
    }
  })
  return { removeData, removeDeletes }
}
