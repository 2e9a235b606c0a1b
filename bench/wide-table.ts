import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import type { TableIdentifier } from '../lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '../lib/iceberg/spec/data-file.ts'
import type { PartitionValue } from '../lib/iceberg/spec/partition-value.ts'
import { encodeBound } from '../lib/iceberg/spec/single-value.ts'
import { recipeEventsPartitionSpec, recipeEventsSchema } from '../lib/mappings/recipe-events.ts'

/** July 2025 in Asia/Seoul. */
const hours = 744
/** A hundred thousand files fill the month, in the order of time as writers leave them. */
const filesPerHour = 135
const julyMicros = BigInt(Date.UTC(2025, 5, 30, 15)) * 1000n
const hourMicros = 3_600_000_000n

/** Ids of the same length, so that bounds sort as numbers do. */
export const userId = (number: number): string => `user-${String(number).padStart(8, '0')}`

/** Data file number `index` of the silver table as manifests describe it, with bounds of all 25 columns. No such file exists. */
export function wideFile(location: string, index: number): DataFile {
  const hour = Math.min(Math.floor(index / filesPerHour), hours - 1)
  const partition: Record<string, PartitionValue> = {
    year: 2025,
    month: 7,
    day: Math.floor(hour / 24) + 1,
    hour: hour % 24,
  }
  const from = julyMicros + BigInt(hour) * hourMicros
  const bounds = (side: 'lower' | 'upper') => {
    const step = side === 'lower' ? 0 : 1
    const map = new Map<number, Uint8Array>()
    for (const { id, name, type } of recipeEventsSchema.fields) {
      const value =
        name === 'user_id'
          ? userId(index * 7 + step * 5)
          : name in partition
            ? partition[name]
            : type === 'string'
              ? `${name}-${step}-${index}`
              : type === 'timestamptz'
                ? from + BigInt(step) * (hourMicros - 1n)
                : type === 'date'
                  ? 20_270 + Math.floor(hour / 24)
                  : type === 'long'
                    ? BigInt(index + step)
                    : index + step
      const bytes = encodeBound(type as 'string', value as string, side)
      if (bytes) map.set(id, bytes)
    }
    return map
  }
  const each = (value: bigint) => new Map(recipeEventsSchema.fields.map(({ id }) => [id, value]))
  return {
    content: 'data',
    filePath: `${location}/data/year=2025/month=7/day=${partition.day}/hour=${partition.hour}/${String(index).padStart(8, '0')}.parquet`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition,
    recordCount: 1_344n,
    fileSizeInBytes: 61_440n,
    columnSizes: each(2_400n),
    valueCounts: each(1_344n),
    nullValueCounts: each(0n),
    lowerBounds: bounds('lower'),
    upperBounds: bounds('upper'),
    splitOffsets: [4n],
  }
}

/** A silver table whose manifests list `files` data files, `perCommit` in each append; merging of manifests as `properties` say. */
export async function makeWideTable(
  catalog: BuiltInCatalog,
  identifier: TableIdentifier,
  files: number,
  perCommit: number,
  properties: Record<string, string> = {},
): Promise<void> {
  const { metadata } = await catalog.createTable(identifier, {
    schema: recipeEventsSchema,
    partitionSpec: recipeEventsPartitionSpec,
    properties,
  })
  for (let start = 0; start < files; start += perCommit) {
    const some = Array.from({ length: Math.min(perCommit, files - start) }, (_, index) =>
      wideFile(metadata.location, start + index),
    )
    await commitWithRetry(catalog, identifier, appendFiles({ files: some }))
  }
}
