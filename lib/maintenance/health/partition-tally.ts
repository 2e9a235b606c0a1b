import type { ManifestEntry } from '#lib/iceberg/spec/manifest.ts'
import type { PartitionSpec } from '#lib/iceberg/spec/partition-spec.ts'
import { partitionKey, partitionPath, typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'

/** What the files of one partition (and partition spec) add up to. */
export interface PartitionTally {
  /** Tells partitions of all specs apart. */
  key: string
  specId: number
  /** `year=2025/month=7`; empty for an unpartitioned spec. */
  path: string
  files: number
  bytes: number
  /** By the manifests: rows that deletes apply to are counted. */
  rows: number
  smallFiles: number
  /** Position delete files and deletion vectors, and the rows they name. */
  positionDeleteFiles: number
  positionDeletedRows: number
  equalityDeleteFiles: number
  equalityDeletedRows: number
  /** Data sequence number of its newest data. */
  newestSequence: bigint
}

type Counts = Omit<PartitionTally, 'key' | 'specId' | 'path'>

export const emptyCounts = (): Counts => ({
  files: 0,
  bytes: 0,
  rows: 0,
  smallFiles: 0,
  positionDeleteFiles: 0,
  positionDeletedRows: 0,
  equalityDeleteFiles: 0,
  equalityDeletedRows: 0,
  newestSequence: 0n,
})

/** Adds `other` to `sum`. */
export function addCounts(sum: Counts, other: Counts): void {
  sum.files += other.files
  sum.bytes += other.bytes
  sum.rows += other.rows
  sum.smallFiles += other.smallFiles
  sum.positionDeleteFiles += other.positionDeleteFiles
  sum.positionDeletedRows += other.positionDeletedRows
  sum.equalityDeleteFiles += other.equalityDeleteFiles
  sum.equalityDeletedRows += other.equalityDeletedRows
  if (other.newestSequence > sum.newestSequence) sum.newestSequence = other.newestSequence
}

/** What the live entries of one manifest add up to, by partition. */
export function tallyEntries(
  entries: Iterable<Pick<ManifestEntry, 'status' | 'file' | 'sequenceNumber'>>,
  spec: PartitionSpec,
  schemas: readonly Schema[],
  smallFileBytes: number,
): PartitionTally[] {
  const fields = typedPartitionFields(spec, schemas)
  const tallies = new Map<string, PartitionTally>()
  for (const { status, file, sequenceNumber } of entries) {
    if (status === 'deleted') continue
    const key = partitionKey(spec, file.partition)
    let tally = tallies.get(key)
    if (!tally) {
      tally = { key, specId: spec.specId, path: partitionPath(fields, file.partition), ...emptyCounts() }
      tallies.set(key, tally)
    }
    if (file.content === 'data') {
      const bytes = Number(file.fileSizeInBytes)
      tally.files += 1
      tally.bytes += bytes
      tally.rows += Number(file.recordCount)
      if (bytes < smallFileBytes) tally.smallFiles += 1
      if (sequenceNumber > tally.newestSequence) tally.newestSequence = sequenceNumber
    } else if (file.content === 'equality-deletes') {
      tally.equalityDeleteFiles += 1
      tally.equalityDeletedRows += Number(file.recordCount)
    } else {
      tally.positionDeleteFiles += 1
      tally.positionDeletedRows += Number(file.recordCount)
    }
  }
  return [...tallies.values()]
}
