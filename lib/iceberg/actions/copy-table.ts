import { randomUUID } from 'node:crypto'
import type { Table } from '../catalog/catalog.ts'
import { applyUpdates } from '../commit/apply-updates.ts'
import { newSnapshotId } from '../commit/commit-with-retry.ts'
import type { TableAction } from '../commit/table-action.ts'
import { readManifest, readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { NewManifestEntry } from '../spec/manifest.ts'
import { mainBranch, type Snapshot } from '../spec/snapshot.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { writeAddedFiles } from './append-files.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

export interface TableCopy {
  /** The table the rows come from. */
  source: Table
  /** What of it is copied; undefined for a table without snapshots. */
  snapshot: Snapshot | undefined
  /** The new table's own folder. */
  location: string
  /** Where each data file without deletes lies now, by where it lies in the source. */
  copied: ReadonlyMap<string, string>
  /** Files with the rows of those that deletes apply to. */
  rewritten: readonly DataFile[]
  /** Added to the source's properties. */
  properties: Record<string, string>
}

/** Properties that name folders of the source. */
const ownFolders = [
  'write.data.path',
  'write.metadata.path',
  'write.object-storage.path',
  'write.folder-storage.path',
]

/**
 * Metadata of a new table that is what another one was at a snapshot: its schemas, partition specs and orders with their
 * ids, since files know columns by them; one snapshot with the copied files; no history. Row ids of format version 3
 * stay. A table of version 1 becomes one of version 2. Writes manifests below the new table's location and nothing else.
 */
export async function copyTableMetadata(copy: TableCopy): Promise<TableMetadata> {
  const { source, snapshot, location } = copy
  const { currentSnapshotId: _, ...metadata } = source.metadata
  const properties = { ...metadata.properties, ...copy.properties }
  for (const key of ownFolders) delete properties[key]
  const empty: TableMetadata = {
    ...metadata,
    formatVersion: metadata.formatVersion === 1 ? 2 : metadata.formatVersion,
    tableUuid: randomUUID(),
    location,
    lastSequenceNumber: 0n,
    lastUpdatedMs: Date.now(),
    properties,
    snapshots: [],
    snapshotLog: [],
    metadataLog: [],
    refs: {},
    statistics: [],
    partitionStatistics: [],
  }
  if (!snapshot || copy.copied.size + copy.rewritten.length === 0) return empty
  const { updates } = await copyFiles(copy, snapshot)(
    { ...source, metadata: empty },
    {
      target: { branch: mainBranch },
      snapshotId: newSnapshotId(),
      commitUuid: randomUUID(),
      attempt: 1,
      // The whole folder goes when the copy does not come to be.
      noteWritten: () => {},
    },
  )
  return applyUpdates(empty, updates)
}

/** Appends the copied files manifest by manifest: their statistics need not be in memory all at once. */
function copyFiles({ source, copied, rewritten }: TableCopy, snapshot: Snapshot): TableAction {
  return async (table, context) => {
    const writer = new SnapshotWriter()
    const manifests: WrittenManifest[] = []
    const added: DataFile[] = []
    for (const manifest of await readManifestList(source, snapshot)) {
      if (manifest.content !== 'data') continue
      const entries: NewManifestEntry[] = []
      for (const { status, file } of await readManifest(source, manifest, 'all')) {
        const filePath = copied.get(file.filePath)
        if (status === 'deleted' || filePath === undefined) continue
        entries.push({ status: 'added', snapshotId: context.snapshotId, file: { ...file, filePath } })
        added.push({ ...withoutStatistics(file), filePath })
      }
      if (entries.length > 0) {
        manifests.push(await writer.writeManifest(table, context, manifest.partitionSpecId, 'data', entries))
      }
    }
    if (rewritten.length > 0) {
      manifests.push(...(await writeAddedFiles(table, context, writer, rewritten)).keys())
    }
    return writer.finish(
      table,
      context,
      manifests,
      snapshotSummary(table.metadata, undefined, {
        operation: 'append',
        added: [...added, ...rewritten],
        removed: [],
        properties: {},
      }),
    )
  }
}

const withoutStatistics = ({
  columnSizes: _1,
  valueCounts: _2,
  nullValueCounts: _3,
  nanValueCounts: _4,
  lowerBounds: _5,
  upperBounds: _6,
  ...file
}: DataFile): DataFile => file
