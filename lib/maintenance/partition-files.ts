import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'

/** A live data file, with the deletes that apply to it, as maintenance looks at it. */
export interface LiveFile extends FileScanTask {
  bytes: number
  /** Commit time of the snapshot that its rows arrived with, milliseconds; null where that snapshot is no longer listed. */
  arrivedAt: number | null
}

export interface PartitionFiles {
  /** Of `partitionFilesKey`. */
  key: string
  specId: number
  partition: Record<string, PartitionValue>
  files: LiveFile[]
}

const printValue = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint'
    ? `${value}n`
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('hex')
      : value

/** Tells partitions of all specs apart. */
export const partitionFilesKey = ({ specId, partition }: Omit<PartitionFiles, 'key' | 'files'>): string =>
  JSON.stringify([specId, partition], printValue)

/** The live files by partition (and partition spec), in the order of first appearance. */
export function groupByPartition(files: Iterable<LiveFile>): PartitionFiles[] {
  const partitions = new Map<string, PartitionFiles>()
  for (const live of files) {
    const { specId, partition } = live.file
    const key = partitionFilesKey({ specId, partition })
    const known = partitions.get(key)
    if (known) known.files.push(live)
    else partitions.set(key, { key, specId, partition, files: [live] })
  }
  return [...partitions.values()]
}

/** `year=2025/month=7`, for logs and run details; `(unpartitioned)` without fields. */
export const partitionName = (partition: Record<string, PartitionValue>): string =>
  Object.entries(partition)
    .map(
      ([name, value]) =>
        `${name}=${value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value}`,
    )
    .join('/') || '(unpartitioned)'
