import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import { bind } from '../scan/bind.ts'
import { readDeletes } from '../scan/delete-index.ts'
import type { Expression } from '../scan/expression.ts'
import { forEachManifest } from '../scan/manifest-files.ts'
import { mayHaveRows } from '../scan/may-have-rows.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestEntry, ManifestFile } from '../spec/manifest.ts'
import { partitionKey } from '../spec/partition-type.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import { isAncestor } from '../spec/snapshot-history.ts'
import { currentSchema, findSnapshot, specById } from '../spec/table-metadata.ts'
import { candidateManifests } from './file-changes.ts'

/**
 * Conflict validation (spec: "Commit Conflict Resolution and Retry", and the isolation levels other engines offer): whether
 * what a commit was planned on still holds in the snapshot it will follow. Files say by their sequence numbers whether they
 * came after the starting snapshot, so that only the current snapshot's manifests are read, and of those only newer ones.
 */

/**
 * `serializable`: also no rows arrived that the commit would have changed had it seen them. `snapshot`: only that nobody
 * else changed the same files.
 */
export type IsolationLevel = 'serializable' | 'snapshot'

/** A conflict that another try cannot solve: the work has to be planned again. */
export const noLongerApplies = (
  table: Table,
  what: string,
  reason: string,
  context: Record<string, unknown> = {},
): AppError =>
  new AppError(
    'conflict',
    `The ${what} of ${formatIdentifier(table.identifier)} no longer applies: ${reason}. Start it again from the table as it is now.`,
    { context: { table: formatIdentifier(table.identifier), ...context }, retryable: false },
  )

/**
 * The sequence number since which files are new.
 * @param startingSnapshotId what the commit was planned from; undefined: a table without snapshots
 * @param parent what the commit builds on
 * @throws AppError `conflict` when that snapshot has expired or is not in the history of what the commit builds on, as
 *   after a rollback
 */
export function startingSequenceNumber(
  table: Table,
  what: string,
  startingSnapshotId: bigint | undefined,
  parent: Snapshot | undefined,
): bigint {
  if (startingSnapshotId === undefined) return 0n
  const { metadata } = table
  const starting = findSnapshot(metadata, startingSnapshotId)
  if (!starting) {
    throw noLongerApplies(table, what, `the snapshot ${startingSnapshotId} it was planned from has expired`)
  }
  if (isAncestor(metadata, startingSnapshotId, parent?.snapshotId)) return starting.sequenceNumber
  throw noLongerApplies(
    table,
    what,
    `the snapshot ${startingSnapshotId} it was planned from is not in the table's current history, which was rolled back or replaced`,
  )
}

/** Calls `visit` for the live files of a content that came after a sequence number. */
async function forEachNewFile(
  table: Table,
  manifests: readonly ManifestFile[],
  since: bigint,
  visit: (entry: ManifestEntry) => void,
): Promise<void> {
  const newer = manifests.filter((manifest) => manifest.content === 'data' && manifest.sequenceNumber > since)
  await forEachManifest(table, newer, 'bounds', (entries) => {
    for (const entry of entries) {
      if (entry.status !== 'deleted' && entry.sequenceNumber > since) visit(entry)
    }
  })
}

/**
 * No data files arrived that may have rows for a filter. For the isolation level `serializable`.
 * @throws AppError `conflict`
 */
export async function validateNoNewRows(
  table: Table,
  what: string,
  manifests: readonly ManifestFile[],
  since: bigint,
  filter: Expression,
): Promise<void> {
  const bound = bind(filter, currentSchema(table.metadata))
  const mayHave = mayHaveRows(table.metadata, bound)
  await forEachNewFile(table, manifests, since, ({ file }) => {
    if (!mayHave(file)) return
    throw noLongerApplies(table, what, `${file.filePath} was added meanwhile and may have rows it is about`, {
      filePath: file.filePath,
    })
  })
}

/**
 * No data files arrived in some partitions, given as `partitionKey`s.
 * @throws AppError `conflict`
 */
export async function validateNoNewFilesIn(
  table: Table,
  what: string,
  manifests: readonly ManifestFile[],
  since: bigint,
  partitions: ReadonlySet<string>,
): Promise<void> {
  await forEachNewFile(table, manifests, since, ({ file }) => {
    if (!partitions.has(partitionKey(specById(table.metadata, file.specId), file.partition))) return
    throw noLongerApplies(table, what, `${file.filePath} was added to one of its partitions meanwhile`, {
      filePath: file.filePath,
    })
  })
}

/**
 * No delete files arrived for some data files, all of which are at most as old as the starting snapshot.
 * @throws AppError `conflict`
 */
export async function validateNoNewDeletes(
  table: Table,
  what: string,
  manifests: readonly ManifestFile[],
  since: bigint,
  files: readonly DataFile[],
): Promise<void> {
  const deletes = await readDeletes(
    table,
    manifests.filter((manifest) => manifest.sequenceNumber > since),
    (entry) => entry.sequenceNumber > since,
  )
  if (deletes.isEmpty) return
  for (const file of files) {
    const [first] = deletes.deletesFor({ file, sequenceNumber: since })
    if (!first) continue
    throw noLongerApplies(
      table,
      what,
      `rows of ${file.filePath} were deleted meanwhile by ${first.file.filePath}`,
      { filePath: file.filePath, deleteFile: first.file.filePath },
    )
  }
}

/** @throws AppError `conflict` when some of the files that should be in the table were not found there */
export function validateAllFound(
  table: Table,
  what: string,
  expected: readonly DataFile[],
  found: readonly DataFile[],
): void {
  const key = (file: DataFile) => `${file.contentOffset ?? ''} ${file.filePath}`
  const there = new Set(found.map(key))
  const missing = expected.filter((file) => !there.has(key(file))).map((file) => file.filePath)
  if (missing.length === 0) return
  throw noLongerApplies(
    table,
    what,
    `${missing.length} of ${expected.length} files are no longer in the table, the first is ${missing[0]}`,
    { missing: missing.slice(0, 10) },
  )
}

/** @throws AppError `conflict` when some data files are no longer in the table */
export async function validateDataFilesExist(
  table: Table,
  what: string,
  manifests: readonly ManifestFile[],
  files: readonly DataFile[],
): Promise<void> {
  if (files.length === 0) return
  const wanted = new Set(files.map((file) => file.filePath))
  const found: DataFile[] = []
  const data = manifests.filter((manifest) => manifest.content === 'data')
  await forEachManifest(table, [...candidateManifests(table, data, files)], 'identity', (entries) => {
    for (const { status, file } of entries) {
      if (status !== 'deleted' && wanted.has(file.filePath)) found.push(file)
    }
  })
  validateAllFound(table, what, files, found)
}
