import type { AvroSink } from './avro-sink.ts'
import type { DataFile, DataFileContent } from './data-file.ts'
import type { EntryStatus, NewManifestEntry } from './manifest.ts'
import { decodePartition } from './partition-avro.ts'
import type { TypedPartitionField } from './partition-type.ts'
import { SpecError } from './spec-error.ts'

/** Entries of manifests as records of Avro, and back. */

/** What is read of a data_file. Maps go by field id; bytes of theirs may be views. */
export interface FileRecord {
  content: number | null
  file_path: string
  file_format: string
  partition: Record<string, unknown>
  record_count: bigint
  file_size_in_bytes: bigint
  column_sizes?: Map<number, bigint> | null
  value_counts?: Map<number, bigint> | null
  null_value_counts?: Map<number, bigint> | null
  nan_value_counts?: Map<number, bigint> | null
  lower_bounds?: Map<number, Buffer> | null
  upper_bounds?: Map<number, Buffer> | null
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

/** Values by field id. */
type ById<V> = Pick<ReadonlyMap<number, V>, 'get'>

/** What is known of a data file before it is decoded as a whole: enough to leave it out of a scan. */
export interface PrunableFile extends Pick<DataFile, 'specId' | 'partition' | 'recordCount'> {
  valueCounts?: ById<bigint> | undefined
  nullValueCounts?: ById<bigint> | undefined
  nanValueCounts?: ById<bigint> | undefined
  lowerBounds?: ById<Uint8Array> | undefined
  upperBounds?: ById<Uint8Array> | undefined
}

/** An entry's data file for a filter, good until the next entry is read. */
export class PrunableRecord implements PrunableFile {
  readonly specId: number
  readonly recordCount: bigint
  readonly valueCounts: ById<bigint> | undefined
  readonly nullValueCounts: ById<bigint> | undefined
  readonly nanValueCounts: ById<bigint> | undefined
  readonly lowerBounds: ById<Uint8Array> | undefined
  readonly upperBounds: ById<Uint8Array> | undefined
  readonly #fields: readonly TypedPartitionField[]
  readonly #readPartition: () => FileRecord['partition']
  #partition: DataFile['partition'] | undefined

  /** `readPartition` gives the record of the partition, which is read only where it is looked at. */
  constructor(
    record: FileRecord,
    specId: number,
    fields: readonly TypedPartitionField[],
    readPartition: () => FileRecord['partition'],
  ) {
    this.specId = specId
    this.recordCount = BigInt(record.record_count)
    this.valueCounts = record.value_counts ?? undefined
    this.nullValueCounts = record.null_value_counts ?? undefined
    this.nanValueCounts = record.nan_value_counts ?? undefined
    this.lowerBounds = record.lower_bounds ?? undefined
    this.upperBounds = record.upper_bounds ?? undefined
    this.#fields = fields
    this.#readPartition = readPartition
  }

  get partition(): DataFile['partition'] {
    this.#partition ??= decodePartition(this.#fields, this.#readPartition())
    return this.#partition
  }
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
    recordCount: BigInt(record.record_count),
    fileSizeInBytes: BigInt(record.file_size_in_bytes),
  }
  if (record.column_sizes) file.columnSizes = record.column_sizes
  if (record.value_counts) file.valueCounts = record.value_counts
  if (record.null_value_counts) file.nullValueCounts = record.null_value_counts
  if (record.nan_value_counts) file.nanValueCounts = record.nan_value_counts
  if (record.lower_bounds) file.lowerBounds = record.lower_bounds
  if (record.upper_bounds) file.upperBounds = record.upper_bounds
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

/** A map with integer keys: an array of pairs in one block, or null. */
function writeMap<V>(
  sink: AvroSink,
  map: ReadonlyMap<number, V> | undefined,
  writeValue: (value: V) => void,
): void {
  if (!writeOptional(sink, map)) return
  writeItems(sink, map.size, () =>
    map.forEach((value, key) => {
      sink.int(key)
      writeValue(value)
    }),
  )
}

/** An array of `count` items; an empty one is its end alone. */
function writeItems(sink: AvroSink, count: number, write: () => void): void {
  if (count > 0) {
    sink.number(count)
    write()
  }
  sink.number(0)
}

/** The branch of `["null", …]`. Whether the value has to follow. */
function writeOptional<V>(sink: AvroSink, value: V | null | undefined): value is V {
  const present = value !== undefined && value !== null
  sink.int(present ? 1 : 0)
  return present
}

const writeOptionalLong = (sink: AvroSink, value: bigint | undefined): void => {
  if (writeOptional(sink, value)) sink.bigint(value)
}

/** Writes the fields of an entry before its data_file, as `entryHead` in manifest-schema.ts has them. */
export function writeEntryHead(
  sink: AvroSink,
  { status, snapshotId, sequenceNumber, fileSequenceNumber }: NewManifestEntry,
): void {
  sink.int(statuses.indexOf(status))
  writeOptionalLong(sink, snapshotId)
  writeOptionalLong(sink, sequenceNumber)
  writeOptionalLong(sink, fileSequenceNumber)
}

/** Writes a data_file, field by field as `manifestSchema` has them. */
export function writeFile(
  sink: AvroSink,
  file: DataFile,
  partitionBytes: (partition: DataFile['partition']) => Uint8Array,
  formatVersion: 2 | 3,
): void {
  const long = (value: bigint) => sink.bigint(value)
  const blob = (value: Uint8Array) => sink.blob(value)
  sink.int(contents.indexOf(file.content))
  sink.text(file.filePath)
  sink.text(file.fileFormat)
  sink.raw(partitionBytes(file.partition))
  sink.bigint(file.recordCount)
  sink.bigint(file.fileSizeInBytes)
  writeMap(sink, file.columnSizes, long)
  writeMap(sink, file.valueCounts, long)
  writeMap(sink, file.nullValueCounts, long)
  writeMap(sink, file.nanValueCounts, long)
  writeMap(sink, file.lowerBounds, blob)
  writeMap(sink, file.upperBounds, blob)
  const { keyMetadata, splitOffsets, equalityIds, sortOrderId, referencedDataFile } = file
  if (writeOptional(sink, keyMetadata)) sink.blob(keyMetadata)
  if (writeOptional(sink, splitOffsets)) {
    writeItems(sink, splitOffsets.length, () => splitOffsets.forEach(long))
  }
  if (writeOptional(sink, equalityIds)) {
    writeItems(sink, equalityIds.length, () => {
      for (const id of equalityIds) sink.int(id)
    })
  }
  if (writeOptional(sink, sortOrderId)) sink.int(sortOrderId)
  if (writeOptional(sink, referencedDataFile)) sink.text(referencedDataFile)
  if (formatVersion === 2) return
  writeOptionalLong(sink, file.firstRowId)
  writeOptionalLong(sink, file.contentOffset)
  writeOptionalLong(sink, file.contentSizeInBytes)
}
