import {
  type AvroField,
  type AvroSchema,
  AvroWriter,
  avroType,
  normalizeSchema,
  openAvro,
  readBlocks,
} from './avro.ts'
import { avroCodec, checkKind, readRecords } from './avro-reader.ts'
import type { FieldSummary, ManifestFile } from './manifest.ts'
import { SpecError } from './spec-error.ts'

/** Manifest lists in Avro (spec: "Manifest Lists"). */

/** Stands for a count that a version 1 writer left out. */
const unknownCount = -1

const optional = (type: AvroSchema): AvroSchema => ['null', type]

const summaryFields: AvroField[] = [
  { name: 'contains_null', type: 'boolean', 'field-id': 509 },
  { name: 'contains_nan', type: optional('boolean'), default: null, 'field-id': 518 },
  { name: 'lower_bound', type: optional('bytes'), default: null, 'field-id': 510 },
  { name: 'upper_bound', type: optional('bytes'), default: null, 'field-id': 511 },
]

const manifestListSchema = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    { name: 'manifest_path', type: 'string', 'field-id': 500 },
    { name: 'manifest_length', type: 'long', 'field-id': 501 },
    { name: 'partition_spec_id', type: 'int', 'field-id': 502 },
    { name: 'content', type: 'int', 'field-id': 517 },
    { name: 'sequence_number', type: 'long', 'field-id': 515 },
    { name: 'min_sequence_number', type: 'long', 'field-id': 516 },
    { name: 'added_snapshot_id', type: 'long', 'field-id': 503 },
    { name: 'added_files_count', type: 'int', 'field-id': 504 },
    { name: 'existing_files_count', type: 'int', 'field-id': 505 },
    { name: 'deleted_files_count', type: 'int', 'field-id': 506 },
    { name: 'added_rows_count', type: 'long', 'field-id': 512 },
    { name: 'existing_rows_count', type: 'long', 'field-id': 513 },
    { name: 'deleted_rows_count', type: 'long', 'field-id': 514 },
    {
      name: 'partitions',
      type: optional({
        type: 'array',
        items: { type: 'record', name: 'r508', fields: summaryFields },
        'element-id': 508,
      }),
      default: null,
      'field-id': 507,
    },
    { name: 'key_metadata', type: optional('bytes'), default: null, 'field-id': 519 },
  ] satisfies AvroField[],
}

const firstRowIdField: AvroField = {
  name: 'first_row_id',
  type: optional('long'),
  default: null,
  'field-id': 520,
}
const manifestListSchema3 = {
  ...manifestListSchema,
  fields: [...manifestListSchema.fields, firstRowIdField],
}

const schemas = { 2: manifestListSchema, 3: manifestListSchema3 }
const writerTypes = { 2: avroType(manifestListSchema), 3: avroType(manifestListSchema3) }
interface SummaryRecord {
  contains_null: boolean | null
  contains_nan: boolean | null
  lower_bound: Buffer | null
  upper_bound: Buffer | null
}

interface ManifestFileRecord {
  manifest_path: string | null
  manifest_length: bigint | null
  partition_spec_id: number | null
  content: number | null
  sequence_number: bigint | null
  min_sequence_number: bigint | null
  added_snapshot_id: bigint | null
  added_files_count: number | null
  existing_files_count: number | null
  deleted_files_count: number | null
  added_rows_count: bigint | null
  existing_rows_count: bigint | null
  deleted_rows_count: bigint | null
  partitions: SummaryRecord[] | null
  key_metadata: Buffer | null
  first_row_id: bigint | null
}

/** Format version 1 leaves out content, sequence numbers and counts; old writers have some longs as ints. */
type Read<T> = { [K in keyof T]?: (T[K] extends bigint | null ? T[K] | number : T[K]) | null }
type ReadManifestFile = Read<Omit<ManifestFileRecord, 'partitions'>> & {
  partitions?: Read<SummaryRecord>[] | null
}

const bytes = (value: Uint8Array): Buffer => Buffer.from(value.buffer, value.byteOffset, value.byteLength)

const summaryToRecord = (summary: FieldSummary): SummaryRecord => ({
  contains_null: summary.containsNull,
  contains_nan: summary.containsNan ?? null,
  lower_bound: summary.lowerBound ? bytes(summary.lowerBound) : null,
  upper_bound: summary.upperBound ? bytes(summary.upperBound) : null,
})

function summaryFromRecord(record: Read<SummaryRecord>): FieldSummary {
  const summary: FieldSummary = { containsNull: record.contains_null ?? true }
  if (typeof record.contains_nan === 'boolean') summary.containsNan = record.contains_nan
  if (record.lower_bound) summary.lowerBound = record.lower_bound
  if (record.upper_bound) summary.upperBound = record.upper_bound
  return summary
}

const manifestToRecord = (manifest: ManifestFile): ManifestFileRecord => ({
  manifest_path: manifest.manifestPath,
  manifest_length: manifest.manifestLength,
  partition_spec_id: manifest.partitionSpecId,
  content: manifest.content === 'deletes' ? 1 : 0,
  sequence_number: manifest.sequenceNumber,
  min_sequence_number: manifest.minSequenceNumber,
  added_snapshot_id: manifest.addedSnapshotId,
  added_files_count: manifest.addedFilesCount,
  existing_files_count: manifest.existingFilesCount,
  deleted_files_count: manifest.deletedFilesCount,
  added_rows_count: manifest.addedRowsCount,
  existing_rows_count: manifest.existingRowsCount,
  deleted_rows_count: manifest.deletedRowsCount,
  partitions: manifest.partitions?.map(summaryToRecord) ?? null,
  key_metadata: manifest.keyMetadata ? bytes(manifest.keyMetadata) : null,
  first_row_id: manifest.firstRowId ?? null,
})

function manifestFromRecord(record: ReadManifestFile): ManifestFile {
  const { manifest_path: manifestPath, manifest_length: length, partitions } = record
  if (typeof manifestPath !== 'string' || length === null || length === undefined) {
    throw new SpecError('A manifest list has an entry without path or length.')
  }
  const manifest: ManifestFile = {
    manifestPath,
    manifestLength: BigInt(length),
    partitionSpecId: record.partition_spec_id ?? 0,
    content: record.content === 1 ? 'deletes' : 'data',
    sequenceNumber: BigInt(record.sequence_number ?? 0),
    minSequenceNumber: BigInt(record.min_sequence_number ?? 0),
    addedSnapshotId: BigInt(record.added_snapshot_id ?? -1),
    // An unknown count must not make the manifest look empty.
    addedFilesCount: record.added_files_count ?? unknownCount,
    existingFilesCount: record.existing_files_count ?? unknownCount,
    deletedFilesCount: record.deleted_files_count ?? unknownCount,
    addedRowsCount: BigInt(record.added_rows_count ?? unknownCount),
    existingRowsCount: BigInt(record.existing_rows_count ?? unknownCount),
    deletedRowsCount: BigInt(record.deleted_rows_count ?? unknownCount),
  }
  if (partitions) manifest.partitions = partitions.map(summaryFromRecord)
  if (record.key_metadata) manifest.keyMetadata = record.key_metadata
  const firstRowId = record.first_row_id
  if (firstRowId !== null && firstRowId !== undefined) manifest.firstRowId = BigInt(firstRowId)
  return manifest
}

export interface ManifestListHeader {
  snapshotId: bigint
  parentSnapshotId?: bigint
  sequenceNumber: bigint
  /** Default 2. */
  formatVersion?: 2 | 3
  /** Format version 3: the table's next row id before this snapshot. */
  firstRowId?: bigint
}

/**
 * Gives data manifests that have no first row id one (spec: "First Row ID Assignment"): each takes as many ids as it has
 * live rows, in the order of the list.
 * @returns the list, and how many ids it took: the snapshot's `added-rows`
 */
export function assignFirstRowIds(
  manifests: readonly ManifestFile[],
  nextRowId: bigint,
): { manifests: ManifestFile[]; addedRows: bigint } {
  let next = nextRowId
  const assigned = manifests.map((manifest) => {
    if (manifest.content !== 'data' || manifest.firstRowId !== undefined) return manifest
    const firstRowId = next
    next += manifest.existingRowsCount + manifest.addedRowsCount
    return { ...manifest, firstRowId }
  })
  return { manifests: assigned, addedRows: next - nextRowId }
}

/** A whole manifest list of format version 2 or 3. */
export function encodeManifestList(header: ManifestListHeader, manifests: readonly ManifestFile[]): Buffer {
  const version = header.formatVersion ?? 2
  const writer = new AvroWriter(schemas[version], {
    'snapshot-id': header.snapshotId.toString(),
    'parent-snapshot-id': header.parentSnapshotId?.toString() ?? 'null',
    'sequence-number': header.sequenceNumber.toString(),
    ...(version === 3 ? { 'first-row-id': String(header.firstRowId ?? 'null') } : {}),
    'format-version': String(version),
  })
  const type = writerTypes[version]
  for (const manifest of manifests) {
    writer.append((sink) => sink.raw(type.toBuffer(manifestToRecord(manifest))))
  }
  return writer.finish()
}

const ours = new Map(
  [...manifestListSchema3.fields, ...summaryFields].map((field) => [field['field-id'], field]),
)

/** Reads a manifest list of format version 1, 2 or 3. @throws SpecError when the bytes are none. */
export async function decodeManifestList(bytes: Buffer): Promise<ManifestFile[]> {
  const file = openAvro(bytes)
  const { schema, types } = normalizeSchema(
    JSON.parse(file.schemaText) as AvroSchema,
    (id) => ours.get(id)?.name,
  )
  for (const [id, type] of types) {
    const field = ours.get(id)
    if (field) checkKind(field.name, type, field.type)
  }
  const codec = avroCodec(schema)
  const manifests: ManifestFile[] = []
  for await (const block of readBlocks(file)) {
    readRecords(block, (cursor) => {
      manifests.push(manifestFromRecord(codec.read(cursor) as ReadManifestFile))
    })
  }
  return manifests
}
