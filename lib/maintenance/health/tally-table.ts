import { LRUCache } from 'lru-cache'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { forEachManifest, readManifestList } from '#lib/iceberg/scan/manifest-files.ts'
import type { ManifestFile } from '#lib/iceberg/spec/manifest.ts'
import { currentSnapshot, specById } from '#lib/iceberg/spec/table-metadata.ts'
import { addCounts, emptyCounts, type PartitionTally, tallyEntries } from './partition-tally.ts'

/** What the files of a table's current snapshot add up to. */
export interface TableTally {
  partitions: PartitionTally[]
  /** Equality deletes of an unpartitioned spec in a partitioned table: they apply to all partitions. */
  everywhere: { equalityDeleteFiles: number; equalityDeletedRows: number }
  /** Delete files in partitions that have no data any more. */
  strandedDeleteFiles: number
  manifests: readonly ManifestFile[]
}

/** Manifests never change, so what one adds up to is worked out once; counted in partitions of some 300 bytes. */
const known = new LRUCache<string, PartitionTally[]>({ maxSize: 200_000 })

/**
 * Adds up a table's current snapshot. After a commit only its new manifests are read; nothing is listed in the store.
 * @throws AppError `corrupt`, `unavailable`
 */
export async function tallyTable(table: Table, smallFileBytes: number): Promise<TableTally> {
  const { metadata } = table
  const snapshot = currentSnapshot(metadata)
  const manifests = snapshot ? await readManifestList(table, snapshot) : []
  // As in lib/iceberg: widening a column changes partition values; sequence numbers are inherited from the list.
  const keyOf = ({ manifestPath, sequenceNumber }: ManifestFile) =>
    `${smallFileBytes}:${metadata.schemas.length}:${sequenceNumber}:${manifestPath}`
  const parts: PartitionTally[][] = []
  const unread: ManifestFile[] = []
  for (const manifest of manifests) {
    const tally = known.get(keyOf(manifest))
    if (tally) parts.push(tally)
    else unread.push(manifest)
  }
  await forEachManifest(table, unread, 'identity', (entries, manifest) => {
    const spec = specById(metadata, manifest.partitionSpecId)
    const tally = tallyEntries(entries, spec, metadata.schemas, smallFileBytes)
    known.set(keyOf(manifest), tally, { size: tally.length + 1 })
    parts.push(tally)
  })
  return { ...mergeTallies(parts), manifests }
}

/** Adds up the tallies of single manifests. */
export function mergeTallies(parts: readonly (readonly PartitionTally[])[]): Omit<TableTally, 'manifests'> {
  const partitions = new Map<string, PartitionTally>()
  for (const part of parts) {
    for (const tally of part) {
      const sum = partitions.get(tally.key)
      if (sum) addCounts(sum, tally)
      else {
        const { key, specId, path } = tally
        const copy = { key, specId, path, ...emptyCounts() }
        addCounts(copy, tally)
        partitions.set(key, copy)
      }
    }
  }
  const everywhere = { equalityDeleteFiles: 0, equalityDeletedRows: 0 }
  let strandedDeleteFiles = 0
  const withData: PartitionTally[] = []
  for (const tally of partitions.values()) {
    if (tally.files > 0) withData.push(tally)
    else if (tally.path === '') {
      everywhere.equalityDeleteFiles += tally.equalityDeleteFiles
      everywhere.equalityDeletedRows += tally.equalityDeletedRows
    } else strandedDeleteFiles += tally.positionDeleteFiles + tally.equalityDeleteFiles
  }
  return { partitions: withData, everywhere, strandedDeleteFiles }
}
