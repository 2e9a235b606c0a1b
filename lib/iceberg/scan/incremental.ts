import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestProjection } from '../spec/manifest-reader.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import { forEachManifest, readManifestList, snapshotToRead } from './manifest-files.ts'

export interface AppendsBetween {
  /** Appends after this snapshot; undefined: from the table's first one on. */
  fromSnapshotId: bigint | undefined
  /** Appends up to this snapshot, it included. Default: the current one. */
  toSnapshotId?: bigint
}

export interface AppendedFile {
  /** Shared with a cache: do not change. Without column statistics. */
  file: DataFile
  /** Data sequence number. */
  sequenceNumber: bigint
  /** The snapshot that appended the file. */
  snapshotId: bigint
}

/**
 * The data files that were appended between two snapshots of one line of history, oldest first: what a reader that was
 * at the first has to read to be at the second. Rewrites (`replace`) change no rows and are passed over.
 * @throws AppError `bad-input` when the first is not before the second, or an overwrite or delete lies between them:
 *   then rows were changed, not only added, and the table has to be read anew; `not-found` for a snapshot that is not there
 */
export async function planAppends(table: Table, range: AppendsBetween): Promise<AppendedFile[]> {
  const { metadata } = table
  const name = formatIdentifier(table.identifier)
  const to = snapshotToRead(table, range.toSnapshotId)
  if (range.fromSnapshotId !== undefined) snapshotToRead(table, range.fromSnapshotId)
  if (!to) return []
  const history = ancestorsOf(metadata, to.snapshotId)
  const { fromSnapshotId } = range
  const end =
    fromSnapshotId === undefined
      ? history.length
      : history.findIndex((snapshot) => snapshot.snapshotId === fromSnapshotId)
  if (end < 0) {
    throw new AppError(
      'bad-input',
      `Appends to ${name} cannot be read from snapshot ${fromSnapshotId} to ${to.snapshotId}: the first is not in the history of the second. Read the table anew.`,
    )
  }
  if (fromSnapshotId === undefined && history.at(-1)?.parentSnapshotId !== undefined) {
    throw new AppError(
      'bad-input',
      `Appends to ${name} cannot be read from its beginning: its first snapshots have expired. Read the table anew.`,
    )
  }
  const between = history.slice(0, end).reverse()
  const changed = between.find(
    ({ summary }) => summary.operation !== 'append' && summary.operation !== 'replace',
  )
  if (changed) {
    throw new AppError(
      'bad-input',
      `Appends to ${name} cannot be read past snapshot ${changed.snapshotId} (${changed.summary.operation}), which changed rows. Read the table anew.`,
    )
  }
  const files: AppendedFile[] = []
  for (const snapshot of between) {
    if (snapshot.summary.operation === 'append')
      files.push(...(await filesAddedBy(table, snapshot.snapshotId)))
  }
  return files
}

/** The data files that a snapshot added. @throws AppError `not-found` for a snapshot that is not there */
export async function filesAddedBy(
  table: Table,
  snapshotId: bigint,
  projection: ManifestProjection = 'identity',
): Promise<AppendedFile[]> {
  const snapshot = snapshotToRead(table, snapshotId)
  if (!snapshot) return []
  const manifests = (await readManifestList(table, snapshot)).filter(
    (manifest) => manifest.content === 'data' && manifest.addedSnapshotId === snapshotId,
  )
  const files: AppendedFile[] = []
  await forEachManifest(table, manifests, projection, (entries) => {
    for (const { status, file, sequenceNumber, snapshotId: addedBy } of entries) {
      if (status === 'added' && addedBy === snapshotId) files.push({ file, sequenceNumber, snapshotId })
    }
  })
  return files.sort((a, b) => (a.file.filePath < b.file.filePath ? -1 : 1))
}
