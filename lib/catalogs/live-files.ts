import { LRUCache } from 'lru-cache'
import { AppError } from '#lib/errors.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { forEachManifest, readManifest, readManifestList } from '#lib/iceberg/scan/manifest-files.ts'
import { type DataFile, fileKey } from '#lib/iceberg/spec/data-file.ts'
import type { ManifestFile } from '#lib/iceberg/spec/manifest.ts'
import { findSnapshot, specById } from '#lib/iceberg/spec/table-metadata.ts'
import { partitionTextOf } from './partition-text.ts'

/** A live file of a snapshot with its partition values as text. */
export interface LiveFile {
  /** Without column statistics; see `readStatistics`. */
  file: DataFile
  manifest: ManifestFile
  sequenceNumber: bigint
  /** the snapshot that added it */
  snapshotId: bigint
  /** null when that snapshot has expired */
  committedAt: string | null
  partition: Record<string, string | null>
}

/** Snapshots never change, so the id is a safe key. Counted in files: about half a kilobyte each. */
const cache = new LRUCache<string, LiveFile[]>({ maxSize: 300_000 })

/** @throws AppError `gone` when the snapshot has expired since a walk over it began */
export function assertListed(table: Table, snapshotId: bigint): void {
  if (findSnapshot(table.metadata, snapshotId)) return
  throw new AppError('gone', `Snapshot ${snapshotId} has expired. Start again without ?cursor=.`, {
    context: { snapshotId: snapshotId.toString() },
  })
}

/**
 * The live data and delete files of a snapshot; none where `snapshotId` is null.
 * @throws AppError `gone` (expired snapshot), `corrupt`, `unavailable`
 */
export async function liveFiles(table: Table, snapshotId: bigint | null): Promise<LiveFile[]> {
  if (snapshotId === null) return []
  assertListed(table, snapshotId)
  const { metadata } = table
  const key = `${metadata.tableUuid}:${snapshotId}`
  const known = cache.get(key)
  if (known) return known
  const snapshot = findSnapshot(metadata, snapshotId)
  if (!snapshot) return []
  const times = new Map(metadata.snapshots.map((one) => [one.snapshotId, one.timestampMs]))
  const files: LiveFile[] = []
  await forEachManifest(table, await readManifestList(table, snapshot), 'identity', (entries, manifest) => {
    const partitionText = partitionTextOf(specById(metadata, manifest.partitionSpecId), metadata.schemas)
    for (const { status, file, sequenceNumber, snapshotId: addedBy } of entries) {
      if (status === 'deleted') continue
      const time = times.get(addedBy)
      files.push({
        file,
        manifest,
        sequenceNumber,
        snapshotId: addedBy,
        committedAt: time === undefined ? null : new Date(time).toISOString(),
        partition: partitionText(file.partition),
      })
    }
  })
  cache.set(key, files, { size: files.length + 1 })
  return files
}

/** The files with their column statistics. Reads only the manifests that these files are in. */
export async function readStatistics(
  table: Table,
  files: readonly LiveFile[],
): Promise<Map<LiveFile, DataFile>> {
  const found = new Map<LiveFile, DataFile>()
  for (const [manifest, inside] of Map.groupBy(files, (live) => live.manifest)) {
    const wanted = new Map(inside.map((live) => [fileKey(live.file), live]))
    for (const { file, status } of await readManifest(table, manifest, 'all')) {
      const live = wanted.get(fileKey(file))
      if (live && status !== 'deleted') found.set(live, file)
    }
  }
  return found
}
