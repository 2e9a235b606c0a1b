import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { forEachManifest, readManifestList } from '#lib/iceberg/scan/manifest-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { currentSnapshot, findSnapshot } from '#lib/iceberg/spec/table-metadata.ts'

/** What happened to a table's rows between two snapshots. */
export type TableChanges =
  | { kind: 'none' }
  /** Only files were added: these. */
  | { kind: 'appended'; files: DataFile[] }
  /** Rows may have changed anywhere; the reason for the log. */
  | { kind: 'unknown'; reason: string }

/** The snapshots after `base` up to the current one, oldest first; undefined when `base` is not among its ancestors. */
function snapshotsSince(table: Table, base: bigint): Snapshot[] | undefined {
  const between: Snapshot[] = []
  let snapshot = currentSnapshot(table.metadata)
  while (snapshot && snapshot.snapshotId !== base) {
    between.unshift(snapshot)
    const parent = snapshot.parentSnapshotId
    snapshot = parent === undefined ? undefined : findSnapshot(table.metadata, parent)
  }
  return snapshot && between
}

async function addedFiles(table: Table, snapshot: Snapshot): Promise<DataFile[]> {
  const manifests = (await readManifestList(table, snapshot)).filter(
    (manifest) => manifest.content === 'data' && manifest.addedSnapshotId === snapshot.snapshotId,
  )
  const files: DataFile[] = []
  await forEachManifest(table, manifests, 'bounds', (entries) => {
    for (const entry of entries) {
      if (entry.status === 'added' && entry.snapshotId === snapshot.snapshotId) files.push(entry.file)
    }
  })
  return files
}

/**
 * Finds what came to a table since a snapshot, from metadata alone. Snapshots that replace files keep the rows and change
 * nothing; snapshots that delete or overwrite, and a history that no longer reaches back to `base`, make it unknown.
 */
export async function findChanges(table: Table, base: bigint): Promise<TableChanges> {
  const snapshots = snapshotsSince(table, base)
  if (!snapshots) {
    return { kind: 'unknown', reason: `snapshot ${base} is no longer in the table's history` }
  }
  const files: DataFile[] = []
  for (const snapshot of snapshots) {
    const { operation } = snapshot.summary
    if (operation === 'replace') continue
    if (operation !== 'append') {
      return { kind: 'unknown', reason: `snapshot ${snapshot.snapshotId} is of operation ${operation}` }
    }
    files.push(...(await addedFiles(table, snapshot)))
  }
  return files.length === 0 ? { kind: 'none' } : { kind: 'appended', files }
}
