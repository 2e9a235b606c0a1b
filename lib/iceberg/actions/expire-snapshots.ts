import { z } from 'zod'
import { AppError, isAppError } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import { metadataText } from '../catalog/metadata-file.ts'
import type { TableChange } from '../commit/commit-change.ts'
import { decodeFile } from '../corrupt-file.ts'
import { LocationSet } from '../scan/location-set.ts'
import { type ReferencedFile, ReferenceWalk, statisticsOf } from '../scan/reference-walk.ts'
import { mainBranch, type Snapshot, type SnapshotReference } from '../spec/snapshot.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'

/** How long snapshots and references are kept where they do not say so themselves (spec: "Snapshot Retention Policy"). */
export interface SnapshotRetention {
  /** Milliseconds. */
  maxSnapshotAgeMs: number
  /** Of each branch, whatever their age. */
  minSnapshotsToKeep: number
  /**
   * Of each branch that has no age of its own, however young, never below the minimum; null: no limit. Every commit writes the list of snapshots
   * again, so a table with a commit every few seconds can't keep days of them.
   */
  maxSnapshotsToKeep: number | null
  /** Milliseconds; null: for ever. Never for main. */
  maxRefAgeMs: number | null
}

export interface ExpiredSnapshots {
  /** As the table lists them. */
  snapshots: Snapshot[]
  refs: { name: string; reference: SnapshotReference }[]
}

/**
 * Which snapshots and references have outlived their retention. A branch keeps its newest snapshots by number and age
 * (its own settings before the table's), a tag its one; what belongs to no reference is kept by age. Pure.
 * @param now milliseconds since the epoch
 */
export function selectExpired(
  metadata: TableMetadata,
  retention: SnapshotRetention,
  now: number,
): ExpiredSnapshots {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]))
  const refs: ExpiredSnapshots['refs'] = []
  const kept = new Set<bigint>()
  const ofReferences = new Set<bigint>()
  for (const [name, reference] of Object.entries(metadata.refs)) {
    const maxRefAgeMs = reference.maxRefAgeMs ?? retention.maxRefAgeMs
    const snapshot = byId.get(reference.snapshotId)
    const tooOld = maxRefAgeMs !== null && snapshot !== undefined && now - snapshot.timestampMs > maxRefAgeMs
    if (name !== mainBranch && (tooOld || !snapshot)) {
      refs.push({ name, reference })
      continue
    }
    kept.add(reference.snapshotId)
    ofReferences.add(reference.snapshotId)
    if (reference.type === 'tag') continue
    const oldest = now - (reference.maxSnapshotAgeMs ?? retention.maxSnapshotAgeMs)
    const minimum = reference.minSnapshotsToKeep ?? retention.minSnapshotsToKeep
    const maximum =
      reference.maxSnapshotAgeMs === undefined
        ? (retention.maxSnapshotsToKeep ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY
    let retained = true
    for (const [index, ancestor] of ancestorsOf(metadata, reference.snapshotId).entries()) {
      ofReferences.add(ancestor.snapshotId)
      // Clocks of writers differ: behind the first that is too old none is kept, whatever its time.
      retained &&= index < minimum || (index < maximum && ancestor.timestampMs >= oldest)
      if (retained) kept.add(ancestor.snapshotId)
    }
  }
  const oldest = now - retention.maxSnapshotAgeMs
  const snapshots = metadata.snapshots.filter(({ snapshotId, timestampMs }) =>
    ofReferences.has(snapshotId) ? !kept.has(snapshotId) : timestampMs < oldest,
  )
  return { snapshots, refs }
}

/**
 * The change that removes snapshots and references, if that is still right: the snapshots are there, the references are
 * where they were, and no other reference points to a removed snapshot.
 * @throws AppError `conflict`, not retryable
 */
export function expireSnapshots(table: Table, expired: ExpiredSnapshots): TableChange {
  const { metadata } = table
  const name = formatIdentifier(table.identifier)
  const refuse = (why: string) =>
    new AppError(
      'conflict',
      `The snapshots of ${name} are no longer as they were planned: ${why}. Plan again.`,
    )
  const removed = new Set(expired.snapshots.map(({ snapshotId }) => snapshotId))
  const there = new Set(metadata.snapshots.map(({ snapshotId }) => snapshotId))
  const missing = [...removed].find((id) => !there.has(id))
  if (missing !== undefined) throw refuse(`snapshot ${missing} is gone already`)
  const goingRefs = new Map(expired.refs.map(({ name: ref, reference }) => [ref, reference.snapshotId]))
  for (const [ref, snapshotId] of goingRefs) {
    const found = Object.hasOwn(metadata.refs, ref) ? metadata.refs[ref]?.snapshotId : undefined
    if (found !== snapshotId)
      throw refuse(`"${ref}" points to ${found ?? 'nothing'} instead of ${snapshotId}`)
  }
  for (const [ref, { snapshotId }] of Object.entries(metadata.refs)) {
    if (!goingRefs.has(ref) && removed.has(snapshotId)) {
      throw refuse(`"${ref}" points to snapshot ${snapshotId} now`)
    }
  }
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: metadata.tableUuid },
      ...Object.entries(metadata.refs).map(
        ([ref, { snapshotId }]) => ({ type: 'assert-ref-snapshot-id', ref, snapshotId }) as const,
      ),
    ],
    updates: [
      ...expired.refs.map(({ name: refName }) => ({ action: 'remove-snapshot-ref', refName }) as const),
      ...(removed.size > 0 ? [{ action: 'remove-snapshots' as const, snapshotIds: [...removed] }] : []),
    ],
  }
}

/**
 * The files that only removed snapshots refer to. What is kept is read first, all of it and without following parents
 * (apache/iceberg#13568): a file is given only when no kept snapshot has it. Manifests that a kept snapshot shares are
 * not opened for a removed one.
 * @throws AppError when metadata of a kept snapshot cannot be read: then nothing can be proved
 */
export async function* filesOnlyIn(
  table: Table,
  removed: ReadonlySet<bigint>,
): AsyncGenerator<ReferencedFile[]> {
  const { metadata } = table
  const [gone, kept] = [true, false].map((side) =>
    metadata.snapshots.filter(({ snapshotId }) => removed.has(snapshotId) === side),
  ) as [Snapshot[], Snapshot[]]
  const walk = new ReferenceWalk()
  const known = new LocationSet()
  for (const { location } of statisticsOf(metadata, (id) => !removed.has(id))) known.add(location)
  for await (const { files } of walk.snapshots(table, kept)) {
    for (const { location } of files) known.add(location)
  }
  const unknown = (files: readonly ReferencedFile[]) => files.filter(({ location }) => known.add(location))
  // What an earlier try or another tool deleted already leaves nothing to delete.
  for await (const { files } of walk.snapshots(table, gone, { missing: 'skip' })) yield unknown(files)
  yield unknown(statisticsOf(metadata, (id) => removed.has(id)))
}

/** Metadata files read at most to find older ones; each names up to a hundred. */
const maxLogsRead = 100

/**
 * Earlier metadata files of a table that its log no longer names, newest first. They are found through the logs of those
 * that are still there, so that only this table's own history is given, never a neighbour's in the same folder.
 */
export async function* metadataBeyondLog(table: Table): AsyncGenerator<ReferencedFile[]> {
  const { metadata, metadataLocation, io } = table
  const known = new LocationSet()
  known.add(metadataLocation)
  for (const { metadataFile } of metadata.metadataLog) known.add(metadataFile)
  let oldest = metadata.metadataLog[0]?.metadataFile
  for (let reads = 0; oldest !== undefined && reads < maxLogsRead; reads += 1) {
    const found = (await readLog(io, oldest)).filter(({ metadataFile }) => known.add(metadataFile))
    oldest = found[0]?.metadataFile
    yield found
      .toReversed()
      .map(({ metadataFile }) => ({ location: metadataFile, kind: 'metadata', bytes: null }))
  }
}

const LogJson = z.object({ 'metadata-log': z.array(z.object({ 'metadata-file': z.string() })).default([]) })

/** Only the log of a metadata file, which may have thousands of snapshots; empty where there is no such file. */
async function readLog(io: FileIO, location: string): Promise<{ metadataFile: string }[]> {
  const bytes = await io.read(location).catch((error: unknown) => {
    if (isAppError(error, 'not-found')) return null
    throw error
  })
  if (!bytes) return []
  const json = decodeFile(location, () => LogJson.parse(JSON.parse(metadataText(bytes))))
  return json['metadata-log'].map((entry) => ({ metadataFile: entry['metadata-file'] }))
}
