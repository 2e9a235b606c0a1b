import type { Table } from '../catalog/catalog.ts'
import { readDeletes } from './delete-index.ts'
import { readManifest, readManifestList, snapshotToRead } from './manifest-files.ts'
import type { FileScanTask } from './plan-files.ts'

export interface FilesByManifest {
  /** Data files of the whole snapshot, by its manifest list. */
  total: number
  /** Reads a manifest for each step: who has enough stops, and the rest is never read. Newest manifests first. */
  steps(): AsyncGenerator<FileScanTask[]>
}

/**
 * The files of a snapshot (default: the current one) for readers that want a few rows of whichever files come first.
 * @throws AppError `not-found` for a snapshot the table does not have, `corrupt`, `unavailable`
 */
export async function filesByManifest(table: Table, snapshotId?: bigint): Promise<FilesByManifest> {
  const snapshot = snapshotToRead(table, snapshotId)
  const manifests = snapshot ? await readManifestList(table, snapshot) : []
  const data = manifests.filter(
    ({ content, addedFilesCount, existingFilesCount }) =>
      content === 'data' && addedFilesCount + existingFilesCount > 0,
  )
  return {
    total: data.reduce((sum, one) => sum + one.addedFilesCount + one.existingFilesCount, 0),
    async *steps() {
      const deletes = await readDeletes(table, manifests)
      for (const manifest of data) {
        const entries = await readManifest(table, manifest, 'identity')
        yield entries
          .filter(({ status }) => status !== 'deleted')
          .map((entry) => ({
            file: entry.file,
            sequenceNumber: entry.sequenceNumber,
            snapshotId: entry.snapshotId,
            deletes: deletes.deletesFor(entry),
          }))
      }
    },
  }
}
