import { LRUCache } from 'lru-cache'
import type { PartitionItem } from '#lib/api/catalog-schemas.ts'
import { database } from '#lib/db.ts'
import { csv } from '#lib/http/csv.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { listPartitions as readPartitions } from '#lib/iceberg/inspect/list-partitions.ts'
import { compactionPolicy } from '#lib/maintenance/compaction-policy.ts'
import { defaultPolicy } from '#lib/maintenance/policy/default-policy.ts'
import { effectivePolicy, valuesOf } from '#lib/maintenance/policy/effective-policy.ts'
import { loadTablePolicy } from '#lib/maintenance/policy/load-policy.ts'
import { csvRows } from './csv-rows.ts'
import { assertListed } from './live-files.ts'
import type { LoadedTable } from './load-table.ts'
import { compareValues, matchesFilter, parseFilter } from './parse-filter.ts'
import { partitionTextOf } from './partition-text.ts'
import { snapshotPage, walkPosition } from './snapshot-page.ts'
import { type PartitionSort, parseSort } from './sorts.ts'
import { averageBytes } from './table-item.ts'

interface PartitionQuery {
  filter?: string | undefined
  sort: string
}

const cache = new LRUCache<string, PartitionItem[]>({ max: 20 })

/** What counts as a small file: by the table's policy, which another server's table only has in its properties. */
async function smallerThan({ row, table }: LoadedTable): Promise<number> {
  const { metadata } = table
  const policy = row
    ? await loadTablePolicy(database(), { id: row.id, metadata })
    : effectivePolicy(defaultPolicy(), [], metadata.properties)
  return compactionPolicy(valuesOf(policy)).smallFileBytes
}

/** All partitions of a snapshot. A spec that has evolved gives partitions of several specs. */
async function partitionsOf(loaded: LoadedTable, snapshotId: bigint | null): Promise<PartitionItem[]> {
  const { table } = loaded
  if (snapshotId === null) return []
  assertListed(table, snapshotId)
  const { metadata } = table
  const small = await smallerThan(loaded)
  const key = `${metadata.tableUuid}:${snapshotId}:${small}`
  const known = cache.get(key)
  if (known) return known
  const texts = new Map(
    metadata.partitionSpecs.map((spec) => [spec.specId, partitionTextOf(spec, metadata.schemas)]),
  )
  const partitions = (await readPartitions(table, { snapshotId, smallerThan: small })).map(
    ({ specId, partition, files, rows, bytes, smallFiles, deleteFiles, lastSnapshotId, lastUpdatedMs }) => ({
      partition: texts.get(specId)?.(partition) ?? {},
      specId,
      rows: Number(rows),
      files,
      bytes: Number(bytes),
      averageFileBytes: averageBytes(Number(bytes), files),
      smallFiles,
      deleteFiles,
      lastUpdatedSnapshotId: lastSnapshotId.toString(),
      lastUpdatedAt: lastUpdatedMs === null ? null : new Date(lastUpdatedMs).toISOString(),
    }),
  )
  cache.set(key, partitions)
  return partitions
}

/** Orders partitions by their values, level by level; NULL first. */
function comparePartitions(a: PartitionItem, b: PartitionItem): number {
  const others = Object.values(b.partition)
  for (const [index, value] of Object.values(a.partition).entries()) {
    const other = others[index] ?? null
    if (value === other) continue
    if (value === null) return -1
    if (other === null) return 1
    const order = compareValues(value, other)
    if (order !== 0) return order
  }
  return a.specId - b.specId
}

const measures: Record<Exclude<PartitionSort, 'partition'>, (item: PartitionItem) => number | string> = {
  rows: (item) => item.rows,
  files: (item) => item.files,
  bytes: (item) => item.bytes,
  average: (item) => item.averageFileBytes,
  small: (item) => item.smallFiles,
  updated: (item) => item.lastUpdatedAt ?? '',
}

/** Names of the partition fields of all specs of a table. */
export const partitionFieldNames = (table: Table): string[] => [
  ...new Set(table.metadata.partitionSpecs.flatMap((spec) => spec.fields.map((field) => field.name))),
]

async function sortedPartitions(
  loaded: LoadedTable,
  snapshotId: bigint | null,
  query: PartitionQuery,
): Promise<PartitionItem[]> {
  const partitionFields = partitionFieldNames(loaded.table)
  const filter = parseFilter(query.filter, [
    ...partitionFields,
    ...Object.keys(measures).filter((name) => !partitionFields.includes(name)),
  ])
  const rows = (await partitionsOf(loaded, snapshotId)).filter((item) =>
    matchesFilter(
      filter,
      (field) => {
        if (partitionFields.includes(field)) return item.partition[field] ?? null
        return String(measures[field as keyof typeof measures](item))
      },
      () =>
        Object.entries(item.partition)
          .map(([name, value]) => `${name}=${value}`)
          .join('/'),
    ),
  )
  const { field, descending } = parseSort<PartitionSort>(query.sort)
  const sign = descending ? -1 : 1
  return rows.sort((a, b) => {
    if (field === 'partition') return sign * comparePartitions(a, b)
    const [x, y] = [measures[field](a), measures[field](b)]
    return x === y ? comparePartitions(a, b) : x < y ? -sign : sign
  })
}

const viewOf = (query: PartitionQuery): string => `${query.sort}|${query.filter ?? ''}`

/** A page of the partitions of the current snapshot. @throws AppError `bad-input` (filter, cursor), `gone` (expired snapshot) */
export async function listPartitions(
  loaded: LoadedTable,
  query: PartitionQuery & { cursor?: string | undefined; limit: number },
) {
  const view = viewOf(query)
  const position = walkPosition(query.cursor, view, loaded.table.metadata.currentSnapshotId ?? null)
  const rows = await sortedPartitions(loaded, position.snapshotId, query)
  return snapshotPage(rows, { position, limit: query.limit, view }, (row) => row)
}

/** The partitions of the current snapshot as a CSV file. */
export async function partitionsCsv(loaded: LoadedTable, query: PartitionQuery): Promise<Response> {
  const { table } = loaded
  const rows = await sortedPartitions(loaded, table.metadata.currentSnapshotId ?? null, query)
  return csv(
    rows.slice(0, csvRows),
    [
      ...partitionFieldNames(table).map((name) => ({
        header: name,
        value: (item: PartitionItem) => item.partition[name],
      })),
      { header: 'rows', value: (item) => item.rows },
      { header: 'files', value: (item) => item.files },
      { header: 'bytes', value: (item) => item.bytes },
      { header: 'average_file_bytes', value: (item) => item.averageFileBytes },
      { header: 'small_files', value: (item) => item.smallFiles },
      { header: 'last_updated_snapshot_id', value: (item) => item.lastUpdatedSnapshotId },
      { header: 'last_updated_at', value: (item) => item.lastUpdatedAt },
    ],
    `${table.identifier.name}-partitions.csv`,
  )
}
