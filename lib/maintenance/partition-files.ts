import { partitionTextOf } from '#lib/catalogs/partition-text.ts'
import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'

/** A live data file, with the deletes that apply to it, as maintenance looks at it. */
export interface LiveFile extends FileScanTask {
  bytes: number
  /** Commit time of the snapshot that its rows arrived with, milliseconds; null where that snapshot is no longer listed. */
  arrivedAt: number | null
}

export interface PartitionFiles {
  /** Of `partitionFilesKey`. */
  key: string
  /** Of `partitionNames`. */
  name: string
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
export const partitionFilesKey = ({
  specId,
  partition,
}: Pick<PartitionFiles, 'specId' | 'partition'>): string => JSON.stringify([specId, partition], printValue)

type Specs = Pick<TableMetadata, 'partitionSpecs' | 'schemas'>

/**
 * Names partitions of a table for people: `year=2025/month=7`, `day=2024-10-17`, values as their transforms read;
 * `(unpartitioned)` without fields.
 */
export function partitionNames({
  partitionSpecs,
  schemas,
}: Specs): (of: { specId: number; partition: Record<string, PartitionValue> }) => string {
  const known = new Map(partitionSpecs.map((spec) => [spec.specId, partitionTextOf(spec, schemas)] as const))
  return ({ specId, partition }) => {
    const text = known.get(specId)?.(partition) ?? {}
    const parts = Object.entries(text).map(([name, value]) => `${name}=${value}`)
    return parts.join('/') || '(unpartitioned)'
  }
}

/** The live files of a table by partition (and partition spec), in the order of first appearance. */
export function groupByPartition(files: Iterable<LiveFile>, metadata: Specs): PartitionFiles[] {
  const nameOf = partitionNames(metadata)
  const partitions = new Map<string, PartitionFiles>()
  for (const live of files) {
    const { specId, partition } = live.file
    const key = partitionFilesKey({ specId, partition })
    const known = partitions.get(key)
    if (known) known.files.push(live)
    else partitions.set(key, { key, name: nameOf(live.file), specId, partition, files: [live] })
  }
  return [...partitions.values()]
}
