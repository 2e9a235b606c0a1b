import type { ColumnStatistics, FileItem } from '#lib/api/catalog-schemas.ts'
import { csv } from '#lib/http/csv.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { deletedFilePathId, deletedPositionId } from '#lib/iceberg/spec/reserved-fields.ts'
import { allFields, findFieldById } from '#lib/iceberg/spec/schema.ts'
import { decodeValue } from '#lib/iceberg/spec/single-value.ts'
import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'
import { formatValue } from '#lib/iceberg/spec/transform.ts'
import { type IcebergType, isPrimitive, type PrimitiveType } from '#lib/iceberg/spec/types.ts'
import { csvRows } from './csv-rows.ts'
import { bytesOf } from './file-amounts.ts'
import { partitionFieldNames } from './list-partitions.ts'
import { type LiveFile, liveFiles, readStatistics } from './live-files.ts'
import { matchesFilter, parseFilter } from './parse-filter.ts'
import { snapshotPage, walkPosition } from './snapshot-page.ts'
import { type FileSort, parseSort } from './sorts.ts'
import { typeText } from './type-text.ts'

interface FileQuery {
  filter?: string | undefined
  sort: string
}

/** A bound as text; one that does not decode (another writer's mistake) is shown as its bytes rather than hidden. */
function boundText(type: PrimitiveType, bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null
  try {
    return formatValue(type, decodeValue(type, bytes))
  } catch {
    return `0x${Buffer.from(bytes).toString('hex')}`
  }
}

/** Position deletes have columns of their own, which are none of the table's. */
const positionColumns: StatisticsColumn[] = [
  { id: deletedFilePathId, name: 'file_path', type: 'string', dropped: false },
  { id: deletedPositionId, name: 'pos', type: 'long', dropped: false },
]

interface StatisticsColumn {
  id: number
  name: string
  type: IcebergType
  dropped: boolean
}

/** All columns a file may have statistics of: the current ones in their order, then those dropped since. */
function columnsOf({ metadata }: Table, file: DataFile): StatisticsColumn[] {
  const current = allFields(currentSchema(metadata)).map((field) => ({ ...field, dropped: false }))
  const known = new Map<number, StatisticsColumn>(current.map((field) => [field.id, field]))
  for (const schema of metadata.schemas.toReversed()) {
    for (const field of allFields(schema))
      if (!known.has(field.id)) known.set(field.id, { ...field, dropped: true })
  }
  return file.content === 'position-deletes' ? [...positionColumns, ...known.values()] : [...known.values()]
}

/** What a manifest says about each leaf column of a file; of dropped columns only where it says something. */
export function columnStatistics(file: DataFile, table: Table): ColumnStatistics[] {
  const number = (map: Map<number, bigint> | undefined, id: number): number | null => {
    const value = map?.get(id)
    return value === undefined ? null : Number(value)
  }
  return columnsOf(table, file).flatMap(({ id, name, type, dropped }) => {
    if (!isPrimitive(type)) return []
    if (dropped && !file.valueCounts?.has(id) && !file.columnSizes?.has(id)) return []
    return {
      fieldId: id,
      name,
      type: typeText(type),
      bytes: number(file.columnSizes, id),
      values: number(file.valueCounts, id),
      nulls: number(file.nullValueCounts, id),
      nans: number(file.nanValueCounts, id),
      dropped,
      lower: boundText(type, file.lowerBounds?.get(id)),
      upper: boundText(type, file.upperBounds?.get(id)),
    }
  })
}

/** Names of the columns that decide an equality delete, also of those dropped since. */
function equalityColumns({ metadata }: Table, ids: readonly number[] | undefined): string[] | null {
  if (!ids) return null
  const schemas = [currentSchema(metadata), ...metadata.schemas.toReversed()]
  return ids.map((id) => {
    const schema = schemas.find((one) => findFieldById(one, id))
    return (schema && findFieldById(schema, id)?.name) ?? String(id)
  })
}

function fileItem(live: LiveFile, table: Table): FileItem {
  const { file } = live
  const base = `${table.metadata.location}/`
  return {
    path: file.filePath,
    relativePath: file.filePath.startsWith(base) ? file.filePath.slice(base.length) : file.filePath,
    content: file.content,
    format: file.fileFormat,
    partition: live.partition,
    specId: file.specId,
    rows: Number(file.recordCount),
    bytes: bytesOf(file),
    contentOffset: file.contentOffset === undefined ? null : Number(file.contentOffset),
    target: file.referencedDataFile ?? null,
    equalityColumns: equalityColumns(table, file.equalityIds),
    sortOrderId: file.sortOrderId ?? null,
    sequenceNumber: live.sequenceNumber.toString(),
    snapshotId: live.snapshotId.toString(),
    committedAt: live.committedAt,
  }
}

const ownFields: Record<string, (live: LiveFile) => string> = {
  rows: ({ file }) => file.recordCount.toString(),
  bytes: ({ file }) => bytesOf(file).toString(),
  offset: ({ file }) => file.contentOffset?.toString() ?? '',
  target: ({ file }) => file.referencedDataFile ?? '',
  snapshot: ({ snapshotId }) => snapshotId.toString(),
  sequence: ({ sequenceNumber }) => sequenceNumber.toString(),
  content: ({ file }) => file.content,
}

const sortValues: Record<FileSort, (live: LiveFile) => bigint | string> = {
  sequence: (live) => live.sequenceNumber,
  path: ({ file }) => file.filePath,
  rows: ({ file }) => file.recordCount,
  bytes: ({ file }) => BigInt(bytesOf(file)),
}

async function sortedFiles(table: Table, snapshotId: bigint | null, query: FileQuery): Promise<LiveFile[]> {
  const partitionFields = partitionFieldNames(table)
  const filter = parseFilter(query.filter, [
    ...partitionFields,
    ...Object.keys(ownFields).filter((name) => !partitionFields.includes(name)),
  ])
  const rows = (await liveFiles(table, snapshotId)).filter((live) =>
    matchesFilter(
      filter,
      (field) =>
        partitionFields.includes(field)
          ? (live.partition[field] ?? null)
          : (ownFields[field]?.(live) ?? null),
      () => live.file.filePath,
    ),
  )
  const { field, descending } = parseSort<FileSort>(query.sort)
  const sign = descending ? -1 : 1
  const keyed = rows.map((row) => ({ row, key: sortValues[field](row), path: row.file.filePath }))
  keyed.sort((a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -sign : sign
    return a.path < b.path ? -1 : 1
  })
  return keyed.map(({ row }) => row)
}

const viewOf = (query: FileQuery): string => `${query.sort}|${query.filter ?? ''}`

/** A page of the live files of the current snapshot. @throws AppError `bad-input` (filter, cursor), `gone` (expired snapshot) */
export async function listFiles(
  table: Table,
  query: FileQuery & { cursor?: string | undefined; limit: number; stats: 'true' | 'false' },
) {
  const view = viewOf(query)
  const position = walkPosition(query.cursor, view, table.metadata.currentSnapshotId ?? null)
  const rows = await sortedFiles(table, position.snapshotId, query)
  if (query.stats === 'false') {
    return snapshotPage(rows, { position, limit: query.limit, view }, (row) => fileItem(row, table))
  }
  const shown = rows.slice(position.offset, position.offset + query.limit)
  const statistics = await readStatistics(table, shown)
  return snapshotPage(rows, { position, limit: query.limit, view }, (row) => ({
    ...fileItem(row, table),
    columns: columnStatistics(statistics.get(row) ?? row.file, table),
  }))
}

/** The live files of the current snapshot as a CSV file. */
export async function filesCsv(table: Table, query: FileQuery): Promise<Response> {
  const rows = await sortedFiles(table, table.metadata.currentSnapshotId ?? null, query)
  return csv(
    rows.slice(0, csvRows),
    [
      { header: 'path', value: ({ file }) => file.filePath },
      { header: 'content', value: ({ file }) => file.content },
      ...partitionFieldNames(table).map((name) => ({
        header: name,
        value: (live: LiveFile) => live.partition[name],
      })),
      { header: 'rows', value: ({ file }) => file.recordCount },
      { header: 'bytes', value: ({ file }) => bytesOf(file) },
      { header: 'sequence_number', value: (live) => live.sequenceNumber },
      { header: 'snapshot_id', value: (live) => live.snapshotId },
      { header: 'committed_at', value: (live) => live.committedAt },
    ],
    `${table.identifier.name}-files.csv`,
  )
}
