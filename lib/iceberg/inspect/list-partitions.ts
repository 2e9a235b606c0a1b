import type { Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList, snapshotToRead } from '../scan/manifest-files.ts'
import { compareValues } from '../spec/compare-values.ts'
import { partitionKey, partitionPath, typedPartitionFields } from '../spec/partition-type.ts'
import type { PartitionValue } from '../spec/partition-value.ts'
import { specById } from '../spec/table-metadata.ts'

export interface PartitionSummary {
  specId: number
  /** By partition field name; empty for an unpartitioned spec. */
  partition: Record<string, PartitionValue>
  /** `year=2025/month=7`; empty for an unpartitioned spec. */
  path: string
  files: number
  rows: bigint
  bytes: bigint
  /** Data files under `smallerThan` bytes. */
  smallFiles: number
  deleteFiles: number
  /** The newest snapshot that added one of its live files. */
  lastSnapshotId: bigint
  /** Commit time of that snapshot in milliseconds; null when it has expired. */
  lastUpdatedMs: number | null
}

export interface ListPartitionsOptions {
  /** Default: the current snapshot. */
  snapshotId?: bigint
  /** What counts as a small file, in bytes. Default 96 MB: three quarters of the usual target of 128 MB. */
  smallerThan?: number
}

const defaultSmall = 96 * 1024 * 1024

/**
 * The partitions of a snapshot with their counts, in the order of their values.
 * @throws AppError `not-found` for a snapshot the table does not have, `corrupt`, `unavailable`
 */
export async function listPartitions(
  table: Table,
  options: ListPartitionsOptions = {},
): Promise<PartitionSummary[]> {
  const snapshot = snapshotToRead(table, options.snapshotId)
  if (!snapshot) return []
  const { metadata } = table
  const smallerThan = BigInt(options.smallerThan ?? defaultSmall)
  const times = new Map(metadata.snapshots.map((one) => [one.snapshotId, one.timestampMs]))
  const partitions = new Map<string, PartitionSummary & { lastSequence: bigint }>()
  const manifests = await readManifestList(table, snapshot)
  await forEachManifest(table, manifests, 'identity', (entries, manifest) => {
    const spec = specById(metadata, manifest.partitionSpecId)
    const fields = typedPartitionFields(spec, metadata.schemas)
    for (const { status, file, snapshotId, fileSequenceNumber } of entries) {
      if (status === 'deleted') continue
      const key = partitionKey(spec, file.partition)
      let partition = partitions.get(key)
      if (!partition) {
        partition = {
          specId: spec.specId,
          partition: file.partition,
          path: partitionPath(fields, file.partition),
          files: 0,
          rows: 0n,
          bytes: 0n,
          smallFiles: 0,
          deleteFiles: 0,
          lastSnapshotId: snapshotId,
          lastUpdatedMs: times.get(snapshotId) ?? null,
          lastSequence: fileSequenceNumber,
        }
        partitions.set(key, partition)
      }
      if (file.content === 'data') {
        partition.files += 1
        partition.rows += file.recordCount
        partition.bytes += file.fileSizeInBytes
        if (file.fileSizeInBytes < smallerThan) partition.smallFiles += 1
      } else {
        partition.deleteFiles += 1
      }
      if (fileSequenceNumber > partition.lastSequence) {
        partition.lastSequence = fileSequenceNumber
        partition.lastSnapshotId = snapshotId
        partition.lastUpdatedMs = times.get(snapshotId) ?? null
      }
    }
  })
  return [...partitions.values()]
    .map(({ lastSequence: _, ...partition }) => partition)
    .sort((a, b) => a.specId - b.specId || comparePartitions(a, b))
}

function comparePartitions(a: PartitionSummary, b: PartitionSummary): number {
  for (const name of Object.keys(a.partition)) {
    const [x, y] = [a.partition[name] ?? null, b.partition[name] ?? null]
    // Nulls first.
    const order = x === null || y === null ? Number(x !== null) - Number(y !== null) : compareValues(x, y)
    if (order !== 0) return order
  }
  return 0
}
