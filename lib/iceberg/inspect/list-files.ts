import type { Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList, snapshotToRead } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'

export interface ListedFile {
  /** Without column statistics. Shared with a cache: do not change. */
  file: DataFile
  /** Data sequence number. */
  sequenceNumber: bigint
  /** The snapshot that added the file. */
  snapshotId: bigint
}

/**
 * All live data and delete files of a snapshot (default: the current one), in the order of their paths.
 * @throws AppError `not-found` for a snapshot the table does not have, `corrupt`, `unavailable`
 */
export async function listFiles(table: Table, snapshotId?: bigint): Promise<ListedFile[]> {
  const snapshot = snapshotToRead(table, snapshotId)
  if (!snapshot) return []
  const files: ListedFile[] = []
  await forEachManifest(table, await readManifestList(table, snapshot), 'identity', (entries) => {
    for (const entry of entries) {
      if (entry.status === 'deleted') continue
      files.push({ file: entry.file, sequenceNumber: entry.sequenceNumber, snapshotId: entry.snapshotId })
    }
  })
  return files.sort((a, b) => (a.file.filePath < b.file.filePath ? -1 : 1))
}
