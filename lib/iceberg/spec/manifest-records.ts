import type { DataFile, DataFileContent } from './data-file.ts'
import type { EntryStatus } from './manifest.ts'
import { decodePartition, encodePartition } from './partition-avro.ts'
import type { TypedPartitionField } from './partition-type.ts'
import { SpecError } from './spec-error.ts'

/** Entries of manifests as records of Avro, and back. */

type Pairs<V> = { key: number; value: V }[]

export interface FileRecord {
  content: number | null
  file_path: string
  file_format: string
  partition: Record<string, unknown>
  record_count: bigint
  file_size_in_bytes: bigint
  column_sizes?: Pairs<bigint> | null
  value_counts?: Pairs<bigint> | null
  null_value_counts?: Pairs<bigint> | null
  nan_value_counts?: Pairs<bigint> | null
  lower_bounds?: Pairs<Buffer> | null
  upper_bounds?: Pairs<Buffer> | null
  key_metadata?: Buffer | null
  split_offsets?: bigint[] | null
  /** PyIceberg writes longs. */
  equality_ids?: (number | bigint)[] | null
  sort_order_id?: number | null
  referenced_data_file?: string | null
  content_offset?: bigint | null
  content_size_in_bytes?: bigint | null
  first_row_id?: bigint | null
}

export interface EntryHeadRecord {
  status: number
  snapshot_id: bigint | null
  sequence_number: bigint | null
  file_sequence_number: bigint | null
}

export interface EntryRecord extends EntryHeadRecord {
  data_file: FileRecord
}

/** By their number in Avro. */
export const statuses: readonly EntryStatus[] = ['existing', 'added', 'deleted']
const contents: readonly DataFileContent[] = ['data', 'position-deletes', 'equality-deletes']

function toMap<V>(pairs: Pairs<V>): Map<number, V> {
  const map = new Map<number, V>()
  for (const { key, value } of pairs) map.set(key, value)
  return map
}

/** @throws SpecError for a content number that does not exist */
export function fileFromRecord(
  record: FileRecord,
  specId: number,
  fields: readonly TypedPartitionField[],
): DataFile {
  const content = contents[record.content ?? 0]
  if (content === undefined)
    throw new SpecError(`A manifest entry has the unknown content ${record.content}.`)
  const file: DataFile = {
    content,
    filePath: record.file_path,
    // Old writers print it in lower case.
    fileFormat: record.file_format.toUpperCase() as DataFile['fileFormat'],
    specId,
    partition: decodePartition(fields, record.partition),
    recordCount: record.record_count,
    fileSizeInBytes: record.file_size_in_bytes,
  }
  if (record.column_sizes) file.columnSizes = toMap(record.column_sizes)
  if (record.value_counts) file.valueCounts = toMap(record.value_counts)
  if (record.null_value_counts) file.nullValueCounts = toMap(record.null_value_counts)
  if (record.nan_value_counts) file.nanValueCounts = toMap(record.nan_value_counts)
  if (record.lower_bounds) file.lowerBounds = toMap(record.lower_bounds)
  if (record.upper_bounds) file.upperBounds = toMap(record.upper_bounds)
  if (record.key_metadata) file.keyMetadata = record.key_metadata
  if (record.split_offsets) file.splitOffsets = record.split_offsets
  if (record.equality_ids) file.equalityIds = record.equality_ids.map(Number)
  if (typeof record.sort_order_id === 'number') file.sortOrderId = record.sort_order_id
  if (record.referenced_data_file) file.referencedDataFile = record.referenced_data_file
  if (typeof record.content_offset === 'bigint') file.contentOffset = record.content_offset
  if (typeof record.content_size_in_bytes === 'bigint') file.contentSizeInBytes = record.content_size_in_bytes
  if (typeof record.first_row_id === 'bigint') file.firstRowId = record.first_row_id
  return file
}

const fromMap = <V, R>(map: Map<number, V> | undefined, convert: (value: V) => R): Pairs<R> | null =>
  map ? Array.from(map, ([key, value]) => ({ key, value: convert(value) })) : null

const same = <V>(value: V): V => value
const asBuffer = (value: Uint8Array): Buffer => Buffer.from(value.buffer, value.byteOffset, value.byteLength)

export const fileToRecord = (file: DataFile, fields: readonly TypedPartitionField[]) => ({
  content: contents.indexOf(file.content),
  file_path: file.filePath,
  file_format: file.fileFormat,
  partition: encodePartition(fields, file.partition),
  record_count: file.recordCount,
  file_size_in_bytes: file.fileSizeInBytes,
  column_sizes: fromMap(file.columnSizes, same),
  value_counts: fromMap(file.valueCounts, same),
  null_value_counts: fromMap(file.nullValueCounts, same),
  nan_value_counts: fromMap(file.nanValueCounts, same),
  lower_bounds: fromMap(file.lowerBounds, asBuffer),
  upper_bounds: fromMap(file.upperBounds, asBuffer),
  key_metadata: file.keyMetadata ? asBuffer(file.keyMetadata) : null,
  split_offsets: file.splitOffsets ?? null,
  equality_ids: file.equalityIds ?? null,
  sort_order_id: file.sortOrderId ?? null,
  referenced_data_file: file.referencedDataFile ?? null,
  content_offset: file.contentOffset ?? null,
  content_size_in_bytes: file.contentSizeInBytes ?? null,
  first_row_id: file.firstRowId ?? null,
})
