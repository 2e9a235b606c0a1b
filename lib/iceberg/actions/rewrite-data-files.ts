import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { ActionContext, TableAction } from '../commit/table-action.ts'
import { readDeletes } from '../scan/delete-index.ts'
import { readManifest, readManifestForCopy, readManifestList } from '../scan/manifest-files.ts'
import { manifestMayHavePartition } from '../scan/prune.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import { partitionKey, typedPartitionFields } from '../spec/partition-type.ts'
import { currentSnapshot, findSnapshot, specById } from '../spec/table-metadata.ts'
import { validateAddedFiles, writeAddedFiles } from './append-files.ts'
import { mergeManifests } from './merge-manifests.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

export interface RewriteDataFilesOptions {
  /** Data files to be replaced, as a scan of the starting snapshot gave them. */
  remove: readonly DataFile[]
  /** Files with the same rows. */
  add: readonly DataFile[]
  /** The snapshot the removed files were read from. */
  startingSnapshotId: bigint
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

/** A manifest without the removed files, and which those were. */
interface Rewritten {
  manifest: WrittenManifest
  entries: NewManifestEntry[]
  removed: DataFile[]
}

/**
 * Replaces data files by others with the same rows (operation `replace`, compaction). The new files keep the data
 * sequence number of the starting snapshot, so that equality deletes that arrive meanwhile still apply to their rows.
 * @throws AppError `conflict`, not retryable, when a removed file is no longer in the table or delete files arrived for
 *   one; `bad-input` for files that do not fit the table
 */
export function rewriteDataFiles(options: RewriteDataFilesOptions): TableAction {
  const { remove, add, startingSnapshotId, summary = {} } = options
  const writer = new SnapshotWriter()
  const removePaths = new Set(remove.map((file) => file.filePath))
  // What another try can use again: rewritten manifests by the one they come from, and those of the added files.
  const rewritten = new Map<string, Rewritten | null>()
  let added: Map<WrittenManifest, NewManifestEntry[]> | undefined
  return async (table, context) => {
    if (remove.length === 0) throw new AppError('bad-input', 'A rewrite needs at least one file to replace.')
    if (add.length > 0) validateAddedFiles(table, add)
    const starting = findSnapshot(table.metadata, startingSnapshotId)
    const parent = currentSnapshot(table.metadata)
    if (!starting || !parent) {
      throw noLongerApplies(table, `the snapshot ${startingSnapshotId} it was planned from has expired`)
    }
    const manifests = await readManifestList(table, parent)
    const candidates = candidateManifests(table, manifests, remove)
    const found: Rewritten[] = []
    const untouched: ManifestFile[] = []
    for (const manifest of manifests) {
      if (manifest.content === 'deletes') continue
      if (!candidates.has(manifest)) {
        if (manifest.addedFilesCount + manifest.existingFilesCount !== 0) untouched.push(manifest)
        continue
      }
      let result = rewritten.get(manifest.manifestPath)
      if (result === undefined) {
        result = await rewriteManifest(table, context, writer, manifest, removePaths)
        rewritten.set(manifest.manifestPath, result)
      }
      if (result) found.push(result)
      else if (manifest.addedFilesCount + manifest.existingFilesCount !== 0) untouched.push(manifest)
    }
    const removed = found.flatMap((one) => one.removed)
    validateAllFound(table, removed, removePaths)
    await validateNoNewDeletes(table, manifests, removed, starting.sequenceNumber)
    added ??= await writeAddedFiles(table, context, writer, add, starting.sequenceNumber)
    const written = new Map<WrittenManifest, readonly NewManifestEntry[]>(added)
    for (const { manifest, entries } of found) written.set(manifest, entries)
    const merged = await mergeManifests(table, context, writer, written, untouched)
    const deletes = manifests.filter((manifest) => manifest.content === 'deletes')
    return writer.finish(
      table,
      context,
      [...merged, ...deletes],
      snapshotSummary(table.metadata, parent, {
        operation: 'replace',
        added: add,
        removed,
        properties: summary,
      }),
    )
  }
}

const noLongerApplies = (table: Table, reason: string, context: Record<string, unknown> = {}): AppError =>
  new AppError(
    'conflict',
    `The rewrite of data files of ${formatIdentifier(table.identifier)} no longer applies: ${reason}.`,
    { context: { table: formatIdentifier(table.identifier), ...context }, retryable: false },
  )

/** Data manifests that may have some of the files, by their partition summaries. */
function candidateManifests(
  table: Table,
  manifests: readonly ManifestFile[],
  files: readonly DataFile[],
): Set<ManifestFile> {
  const { metadata } = table
  const result = new Set<ManifestFile>()
  for (const [specId, group] of Map.groupBy(files, (file) => file.specId)) {
    const spec = specById(metadata, specId)
    const fields = typedPartitionFields(spec, metadata.schemas)
    const partitions = [
      ...new Map(group.map((file) => [partitionKey(spec, file.partition), file.partition])).values(),
    ]
    for (const manifest of manifests) {
      if (manifest.content !== 'data' || manifest.partitionSpecId !== specId) continue
      if (partitions.some((partition) => manifestMayHavePartition(manifest, fields, partition))) {
        result.add(manifest)
      }
    }
  }
  return result
}

/** Writes a manifest's entries again with the removed files marked as deleted; null when it has none of them. */
async function rewriteManifest(
  table: Table,
  context: ActionContext,
  writer: SnapshotWriter,
  manifest: ManifestFile,
  removePaths: ReadonlySet<string>,
): Promise<Rewritten | null> {
  // Looking needs nothing but the cache when the files were planned in this process.
  const listed = await readManifest(table, manifest, 'identity')
  if (!listed.some(({ status, file }) => status !== 'deleted' && removePaths.has(file.filePath))) return null
  const removed: DataFile[] = []
  const entries: NewManifestEntry[] = []
  for (const entry of await readManifestForCopy(table, manifest)) {
    if (removePaths.has(entry.file.filePath)) {
      removed.push(entry.file)
      entries.push({ ...entry, status: 'deleted', snapshotId: context.snapshotId })
    } else {
      entries.push(entry)
    }
  }
  const written = await writer.writeManifest(table, context, manifest.partitionSpecId, 'data', entries)
  return { manifest: written, entries, removed }
}

function validateAllFound(
  table: Table,
  removed: readonly DataFile[],
  removePaths: ReadonlySet<string>,
): void {
  if (removed.length === removePaths.size) return
  const found = new Set(removed.map((file) => file.filePath))
  const missing = [...removePaths].filter((path) => !found.has(path))
  throw noLongerApplies(
    table,
    `${missing.length} of ${removePaths.size} files are no longer in the table, the first is ${missing[0]}`,
    { missing: missing.slice(0, 10) },
  )
}

async function validateNoNewDeletes(
  table: Table,
  manifests: readonly ManifestFile[],
  removed: readonly DataFile[],
  startingSequenceNumber: bigint,
): Promise<void> {
  const deletes = await readDeletes(
    table,
    manifests.filter((manifest) => manifest.sequenceNumber > startingSequenceNumber),
    (entry) => entry.sequenceNumber > startingSequenceNumber,
  )
  if (deletes.isEmpty) return
  for (const file of removed) {
    // All removed files are at most as old as the starting snapshot.
    const [first] = deletes.deletesFor({ file, sequenceNumber: startingSequenceNumber })
    if (!first) continue
    throw noLongerApplies(
      table,
      `rows of ${file.filePath} were deleted meanwhile by ${first.file.filePath}`,
      {
        filePath: file.filePath,
        deleteFile: first.file.filePath,
      },
    )
  }
}
