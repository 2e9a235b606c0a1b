import type { FileItem, PartitionItem, SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { apiGet } from '#lib/client/api.ts'
import type { ApiPage } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import type { ColumnType, TypedTable } from './typed-table.ts'

/** Enough for a large table's current state; the browser keeps it all in memory. */
const mostRows = 50_000
const pageRows = 1_000

async function readAll<Item>(path: string): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const page: ApiPage<Item> = await apiGet<ApiPage<Item>>(path, { limit: pageRows, cursor })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && items.length < mostRows)
  return items
}

interface Column<Item> {
  name: string
  type: ColumnType
  value: (item: Item) => string | number | boolean | null
}

const typed = <Item>(items: readonly Item[], columns: readonly Column<Item>[]): TypedTable => ({
  columns: columns.map(({ name, type }) => ({ name, type })),
  rows: items.map((item) => columns.map(({ value }) => value(item))),
})

const integer = /^-?\d{1,18}$/

/** One column per partition field; numbers where all its values are. A name that the table has already gets a prefix. */
function partitionColumns<Item extends { partition: Record<string, string | null> }>(
  items: readonly Item[],
  taken: readonly string[],
): Column<Item>[] {
  const names = [...new Set(items.flatMap(({ partition }) => Object.keys(partition)))]
  return names.map((name) => ({
    name: taken.includes(name) ? `partition_${name}` : name,
    type: items.every(({ partition }) => integer.test(partition[name] ?? '0')) ? 'count' : 'text',
    value: ({ partition }) => partition[name] ?? null,
  }))
}

const snapshotColumns: Column<SnapshotItem>[] = [
  { name: 'snapshot_id', type: 'id', value: (item) => item.snapshotId },
  { name: 'parent_id', type: 'id', value: (item) => item.parentSnapshotId },
  { name: 'sequence_number', type: 'id', value: (item) => item.sequenceNumber },
  { name: 'committed_at', type: 'time', value: (item) => item.committedAt },
  { name: 'operation', type: 'text', value: (item) => item.operation },
  { name: 'committed_by', type: 'text', value: (item) => item.committedBy },
  { name: 'is_current', type: 'flag', value: (item) => item.current },
  { name: 'added_files', type: 'count', value: (item) => item.added.dataFiles },
  { name: 'added_records', type: 'count', value: (item) => item.added.records },
  { name: 'removed_files', type: 'count', value: (item) => item.removed.dataFiles },
  { name: 'removed_records', type: 'count', value: (item) => item.removed.records },
  { name: 'total_files', type: 'count', value: (item) => item.totals.dataFiles },
  { name: 'total_records', type: 'count', value: (item) => item.totals.records },
  { name: 'total_bytes', type: 'count', value: (item) => item.totals.bytes },
]

const partitionMeasures: Column<PartitionItem>[] = [
  { name: 'row_count', type: 'count', value: (item) => item.rows },
  { name: 'files', type: 'count', value: (item) => item.files },
  { name: 'bytes', type: 'count', value: (item) => item.bytes },
  { name: 'small_files', type: 'count', value: (item) => item.smallFiles },
  { name: 'last_updated_at', type: 'time', value: (item) => item.lastUpdatedAt },
]

const fileColumns: Column<FileItem>[] = [
  { name: 'path', type: 'text', value: (item) => item.relativePath },
  { name: 'content', type: 'text', value: (item) => item.content },
  { name: 'row_count', type: 'count', value: (item) => item.rows },
  { name: 'bytes', type: 'count', value: (item) => item.bytes },
  { name: 'sequence_number', type: 'id', value: (item) => item.sequenceNumber },
  { name: 'snapshot_id', type: 'id', value: (item) => item.snapshotId },
  { name: 'committed_at', type: 'time', value: (item) => item.committedAt },
]

const namesOf = (columns: readonly { name: string }[]): string[] => columns.map(({ name }) => name)

/** A table's metadata as SQL tables: snapshots, partitions and files of the current snapshot. */
export async function readMetadataTables(path: TablePath): Promise<Record<string, TypedTable>> {
  const api = tableApi(path)
  const [snapshots, partitions, files] = await Promise.all([
    readAll<SnapshotItem>(`${api}/snapshots`),
    readAll<PartitionItem>(`${api}/partitions`),
    readAll<FileItem>(`${api}/files`),
  ])
  return {
    snapshots: typed(snapshots, snapshotColumns),
    partitions: typed(partitions, [
      ...partitionColumns(partitions, namesOf(partitionMeasures)),
      ...partitionMeasures,
    ]),
    files: typed(files, [...fileColumns, ...partitionColumns(files, namesOf(fileColumns))]),
  }
}

/** Questions people ask first; they work on every table. */
export const exampleQueries = {
  growth: `SELECT date_trunc('minute', committed_at) AS minute,
       count(*) AS commits,
       sum(added_records - removed_records) AS new_records,
       max(total_files) AS files
FROM snapshots
GROUP BY ALL
ORDER BY minute DESC
LIMIT 100`,
  crowded: `SELECT * EXCLUDE (last_updated_at),
       round(bytes / files) AS average_bytes
FROM partitions
ORDER BY small_files DESC, files DESC
LIMIT 50`,
  sizes: `SELECT power(2, floor(log2(greatest(bytes, 1))))::BIGINT AS from_bytes,
       count(*) AS files,
       sum(row_count)::BIGINT AS row_count,
       sum(bytes)::BIGINT AS bytes
FROM files
GROUP BY ALL
ORDER BY from_bytes`,
} as const
export type ExampleQuery = keyof typeof exampleQueries
