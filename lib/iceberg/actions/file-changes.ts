import type { Table } from '../catalog/catalog.ts'
import type { ActionContext } from '../commit/table-action.ts'
import { readManifest, readManifestForCopy } from '../scan/manifest-files.ts'
import { manifestMayHavePartition } from '../scan/prune.ts'
import { type DataFile, fileKey } from '../spec/data-file.ts'
import type { ManifestContent, ManifestEntry, ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import { partitionKey, typedPartitionFields } from '../spec/partition-type.ts'
import { specById } from '../spec/table-metadata.ts'
import { writeAddedFiles } from './append-files.ts'
import { mergeManifests } from './merge-manifests.ts'
import { SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

/** What one commit changes; made anew in every try. */
export interface FileChanges {
  /** Data files to be removed. */
  removeData: readonly DataFile[]
  addData: readonly DataFile[]
  /** Delete files to be removed, besides those that only concern removed data files. */
  removeDeletes?: readonly DataFile[]
  addDeletes?: readonly DataFile[]
  /** Data sequence number of the added data files where it is not the commit's. */
  sequenceNumber?: bigint
}

export interface AppliedChanges {
  /** For the manifest list, newest first. */
  manifests: (ManifestFile | WrittenManifest)[]
  /** Data and delete files that were found and removed. */
  removed: DataFile[]
}

interface Rewritten {
  manifest: WrittenManifest
  entries: NewManifestEntry[]
  removed: DataFile[]
}

const isLive = (manifest: ManifestFile): boolean =>
  manifest.addedFilesCount + manifest.existingFilesCount !== 0

/** Writes the manifests of commits that remove files; made once per commit, so that another try uses its manifests again. */
export class FileChangeWriter {
  readonly snapshots = new SnapshotWriter()
  readonly #rewritten = new Map<string, Rewritten>()
  readonly #added = new Map<string, Map<WrittenManifest, NewManifestEntry[]>>()

  /**
   * The manifests of the parent snapshot with the changes made. Files that are not there are not an error here: compare
   * `removed`. Delete files that only concern removed data files go with them.
   */
  async apply(
    table: Table,
    context: ActionContext,
    manifests: readonly ManifestFile[],
    changes: FileChanges,
  ): Promise<AppliedChanges> {
    const { removeData, removeDeletes = [], addDeletes = [] } = changes
    const removedData = new Set(removeData.map(fileKey))
    const removedDeletes = new Set(removeDeletes.map(fileKey))
    const removedPaths = new Set(removeData.map((file) => file.filePath))
    const data = await this.#without(table, context, manifests, 'data', removeData, (file) =>
      removedData.has(fileKey(file)),
    )
    const deletes = await this.#without(
      table,
      context,
      manifests,
      'deletes',
      [...removeData, ...removeDeletes],
      (file) =>
        removedDeletes.has(fileKey(file)) ||
        (file.referencedDataFile !== undefined && removedPaths.has(file.referencedDataFile)),
    )
    const written = new Map<WrittenManifest, readonly NewManifestEntry[]>(
      await this.#add(table, context, 'data', changes.addData, changes.sequenceNumber),
    )
    for (const { manifest, entries } of data.rewritten) written.set(manifest, entries)
    const writtenDeletes = new Map<WrittenManifest, readonly NewManifestEntry[]>(
      await this.#add(table, context, 'deletes', addDeletes),
    )
    for (const { manifest, entries } of deletes.rewritten) writtenDeletes.set(manifest, entries)
    const { snapshots } = this
    return {
      manifests: [
        ...(await mergeManifests(table, context, snapshots, 'data', written, data.untouched)),
        ...(await mergeManifests(table, context, snapshots, 'deletes', writtenDeletes, deletes.untouched)),
      ],
      removed: [...data.rewritten, ...deletes.rewritten].flatMap((one) => one.removed),
    }
  }

  /** Added files inherit their sequence number, or have a fixed one, so that their manifests fit any try. */
  async #add(
    table: Table,
    context: ActionContext,
    content: ManifestContent,
    files: readonly DataFile[],
    sequenceNumber?: bigint,
  ): Promise<Map<WrittenManifest, NewManifestEntry[]>> {
    const key = JSON.stringify([
      content,
      table.metadata.currentSchemaId,
      String(sequenceNumber),
      files.map(fileKey),
    ])
    const known = this.#added.get(key)
    if (known) return known
    const added = await writeAddedFiles(table, context, this.snapshots, files, { content, sequenceNumber })
    this.#added.set(key, added)
    return added
  }

  /** Manifests of one content, those that have files to be removed written again. `near`: files in whose partitions those are. */
  async #without(
    table: Table,
    context: ActionContext,
    manifests: readonly ManifestFile[],
    content: ManifestContent,
    near: readonly DataFile[],
    isRemoved: (file: DataFile) => boolean,
  ): Promise<{ rewritten: Rewritten[]; untouched: ManifestFile[] }> {
    const ofContent = manifests.filter((manifest) => manifest.content === content)
    const candidates = candidateManifests(table, ofContent, near)
    const rewritten: Rewritten[] = []
    const untouched: ManifestFile[] = []
    for (const manifest of ofContent) {
      const result = candidates.has(manifest)
        ? await this.#rewrite(table, context, manifest, isRemoved)
        : undefined
      if (result) rewritten.push(result)
      else if (isLive(manifest)) untouched.push(manifest)
    }
    return { rewritten, untouched }
  }

  /** Writes a manifest's entries again with the removed files marked as deleted; undefined when it has none of them. */
  async #rewrite(
    table: Table,
    context: ActionContext,
    manifest: ManifestFile,
    isRemoved: (file: DataFile) => boolean,
  ): Promise<Rewritten | undefined> {
    // Looking needs nothing but the cache when the files were planned in this process.
    const listed = await readManifest(table, manifest, 'identity')
    const gone = ({ status, file }: ManifestEntry) => status !== 'deleted' && isRemoved(file)
    const keys = listed.filter(gone).map(({ file }) => fileKey(file))
    if (keys.length === 0) return undefined
    const cacheKey = JSON.stringify([manifest.manifestPath, keys])
    const known = this.#rewritten.get(cacheKey)
    if (known) return known
    const removed: DataFile[] = []
    const entries = (await readManifestForCopy(table, manifest)).map((entry): NewManifestEntry => {
      if (!isRemoved(entry.file)) return entry
      removed.push(entry.file)
      return { ...entry, status: 'deleted', snapshotId: context.snapshotId }
    })
    const { partitionSpecId, content } = manifest
    const written = await this.snapshots.writeManifest(table, context, partitionSpecId, content, entries)
    const result: Rewritten = { manifest: written, entries, removed }
    this.#rewritten.set(cacheKey, result)
    return result
  }
}

/** Manifests that may have files in the partitions of some files, by their partition summaries. */
export function candidateManifests(
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
      if (manifest.partitionSpecId !== specId) continue
      if (partitions.some((partition) => manifestMayHavePartition(manifest, fields, partition))) {
        result.add(manifest)
      }
    }
  }
  return result
}
