import type { Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList, snapshotToRead } from '../scan/manifest-files.ts'
import type { ManifestEntry } from '../spec/manifest.ts'

export interface ListedEntry extends ManifestEntry {
  manifestPath: string
}

/**
 * The entries of a snapshot's manifests (default: the current one), those of deleted files too, by file path: the
 * metadata table `entries`. Without column statistics. Files are shared with a cache: do not change.
 * @throws AppError `not-found` for a snapshot the table does not have, `corrupt`, `unavailable`
 */
export async function listEntries(table: Table, snapshotId?: bigint): Promise<ListedEntry[]> {
  const snapshot = snapshotToRead(table, snapshotId)
  if (!snapshot) return []
  const listed: ListedEntry[] = []
  await forEachManifest(table, await readManifestList(table, snapshot), 'identity', (entries, manifest) => {
    for (const entry of entries) listed.push({ ...entry, manifestPath: manifest.manifestPath })
  })
  return listed.sort((a, b) => (a.file.filePath < b.file.filePath ? -1 : 1))
}
