import { LRUCache } from 'lru-cache'
import { AppError } from '../../errors.ts'
import type { Table } from '../catalog/catalog.ts'
import { decodeFileAsync } from '../corrupt-file.ts'
import type { ManifestEntry, ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import { decodeManifest, decodeManifestForCopy, type EntryFilter } from '../spec/manifest-avro.ts'
import { decodeManifestList } from '../spec/manifest-list-avro.ts'
import type { ManifestProjection } from '../spec/manifest-reader.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import { currentSnapshot, findSnapshot, manifestVersion, specById } from '../spec/table-metadata.ts'

/** Decoded manifests and manifest lists by path: both are immutable. What comes out of them must not be changed. */

/** An entry with bounds of some 25 columns takes about this many times the memory of one without. */
const boundsWeight = 10

/** Counted in manifest entries; an entry without bounds takes about half a kilobyte. */
const cachedManifests = new LRUCache<string, ManifestEntry[]>({ maxSize: 250_000 })
const cachedLists = new LRUCache<string, ManifestList>({ max: 64 })

export interface ManifestList {
  manifests: ManifestFile[]
  /** Bytes of the file. */
  length: number
}

/** The manifest list of a snapshot with its size, which no metadata has. */
export async function readManifestListFile(
  table: Table,
  { manifestList: location }: Pick<Snapshot, 'manifestList'>,
): Promise<ManifestList> {
  const known = cachedLists.get(location)
  if (known) return known
  const bytes = await table.io.read(location)
  const manifests = await decodeFileAsync(location, () => decodeManifestList(bytes))
  const list = { manifests, length: bytes.length }
  cachedLists.set(location, list)
  return list
}

/** Lets go of what is remembered of a snapshot's metadata, so that the next reader gets it from the store: for timing. */
export function forgetManifests({ manifestList: location }: Pick<Snapshot, 'manifestList'>): void {
  const paths = new Set(cachedLists.get(location)?.manifests.map(({ manifestPath }) => manifestPath))
  cachedLists.delete(location)
  for (const key of [...cachedManifests.keys()]) {
    if (paths.has(pathOfKey(key))) cachedManifests.delete(key)
  }
}

/** The manifests of a snapshot, newest first as its manifest list has them. */
export const readManifestList = async (table: Table, snapshot: Snapshot): Promise<ManifestFile[]> =>
  (await readManifestListFile(table, snapshot)).manifests

/** A manifest's entries, `deleted` ones too. */
export async function readManifest(
  table: Table,
  manifest: ManifestFile,
  projection: ManifestProjection,
): Promise<ManifestEntry[]> {
  // Widening a column changes the type of partition values, so the number of schemas is part of the key; and a manifest
  // that was there before an upgrade to format version 3 gets its row ids by the first commit after it.
  const key = `${projection}:${table.metadata.schemas.length}:${manifest.firstRowId ?? ''}:${manifest.manifestPath}`
  const known = cachedManifests.get(key)
  if (known) return known
  const bytes = await table.io.read(manifest.manifestPath)
  const entries = await decodeFileAsync(manifest.manifestPath, () =>
    decodeManifest(bytes, manifest, contextOf(table, manifest), projection),
  )
  const weight = projection === 'identity' ? 1 : boundsWeight
  cachedManifests.set(key, entries, { size: entries.length * weight + 1 })
  return entries
}

/** The manifest's path in a key of the cache: what follows its three first parts. */
const pathOfKey = (key: string): string => key.split(':').slice(3).join(':')

const contextOf = ({ metadata }: Table, manifest: ManifestFile) => ({
  spec: specById(metadata, manifest.partitionSpecId),
  schemas: metadata.schemas,
  formatVersion: manifestVersion(metadata),
})

/** A manifest's live entries that a filter keeps. Not remembered: large tables have more statistics than memory. */
export async function readMatchingEntries(
  table: Table,
  manifest: ManifestFile,
  filter: EntryFilter,
): Promise<ManifestEntry[]> {
  const bytes = await table.io.read(manifest.manifestPath)
  return decodeFileAsync(manifest.manifestPath, () =>
    decodeManifest(bytes, manifest, contextOf(table, manifest), filter),
  )
}

/**
 * A manifest's live entries as they may be written into another manifest: `existing`, their data files as encoded bytes
 * where possible. Statistics may be missing in `file`.
 */
export async function readManifestForCopy(table: Table, manifest: ManifestFile): Promise<NewManifestEntry[]> {
  const bytes = await table.io.read(manifest.manifestPath)
  const entries: NewManifestEntry[] = await decodeFileAsync(manifest.manifestPath, () =>
    decodeManifestForCopy(bytes, manifest, contextOf(table, manifest)),
  )
  const live = entries.filter((entry) => entry.status !== 'deleted')
  for (const entry of live) entry.status = 'existing'
  return live
}

/**
 * The snapshot with an id, or the current one; undefined for a table without snapshots.
 * @throws AppError `not-found` when the table has no such snapshot
 */
export function snapshotToRead(table: Table, snapshotId: bigint | undefined): Snapshot | undefined {
  if (snapshotId === undefined) return currentSnapshot(table.metadata)
  const snapshot = findSnapshot(table.metadata, snapshotId)
  if (snapshot) return snapshot
  throw new AppError(
    'not-found',
    `Table ${table.identifier.name} has no snapshot ${snapshotId}. It may have been expired.`,
    { context: { snapshotId: snapshotId.toString() } },
  )
}

/** Reads at most this many manifests at the same time: enough to hide an object store's latency. */
const concurrentReads = 16

/** Reads manifests side by side and hands each one's entries on, in no particular order. */
export const forEachManifest = (
  table: Table,
  manifests: readonly ManifestFile[],
  projection: ManifestProjection,
  visit: (entries: readonly ManifestEntry[], manifest: ManifestFile) => void,
): Promise<void> =>
  sideBySide(manifests, async (manifest) => visit(await readManifest(table, manifest, projection), manifest))

/** Does something with manifests, some at the same time. */
export async function sideBySide(
  manifests: readonly ManifestFile[],
  work: (manifest: ManifestFile) => Promise<void>,
): Promise<void> {
  const queue = manifests.values()
  const worker = async (): Promise<void> => {
    for (const manifest of queue) await work(manifest)
  }
  await Promise.all(Array.from({ length: Math.min(concurrentReads, manifests.length) }, worker))
}
