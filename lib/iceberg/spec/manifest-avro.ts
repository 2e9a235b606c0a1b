import { AvroWriter, avroType, decodeRecords, inflateBlock, openAvro } from './avro.ts'
import { stringifyJson } from './json.ts'
import type {
  EncodedDataFile,
  ManifestContent,
  ManifestEntry,
  ManifestFile,
  NewManifestEntry,
} from './manifest.ts'
import {
  type EntryHeadRecord,
  type EntryRecord,
  type FileRecord,
  fileFromRecord,
  fileToRecord,
  statuses,
} from './manifest-records.ts'
import {
  entryHead,
  type ManifestProjection,
  manifestReader,
  manifestSchema,
  manifestWriter,
} from './manifest-schema.ts'
import type { PartitionSpec } from './partition-spec.ts'
import { summarizePartitions } from './partition-summary.ts'
import { type TypedPartitionField, typedPartitionFields } from './partition-type.ts'
import type { Schema } from './schema.ts'
import { partitionFieldsToJson, schemaToJson } from './schema-json.ts'
import { SpecError } from './spec-error.ts'

/** Manifests in Avro (spec: "Manifests"). */

/** What is needed of the table to read or write manifests of one partition spec. */
export interface ManifestContext {
  spec: PartitionSpec
  /** All schemas of the table: a partition's source column may be in an older one only. */
  schemas: readonly Schema[]
  /** The table's, as far as manifests written for it differ. Default 2. */
  formatVersion?: 2 | 3
}

/** A manifest's entry in the manifest list, as far as entries inherit from it. */
export type InheritedFrom = Pick<ManifestFile, 'addedSnapshotId' | 'sequenceNumber' | 'firstRowId'>

/**
 * Decodes a manifest's entries, `deleted` ones too. What an entry leaves out it inherits from `manifest`, its entry in the
 * manifest list: snapshot id and sequence numbers (spec: "Sequence Number Inheritance"), and row ids of live files (spec:
 * "First Row ID Inheritance").
 * @throws SpecError when the bytes are no manifest.
 */
export function decodeManifest(
  bytes: Buffer,
  manifest: InheritedFrom,
  context: ManifestContext,
  projection: ManifestProjection,
): ManifestEntry[] {
  const avroFile = openAvro(bytes)
  const { entry: reader } = manifestReader(avroFile.schemaText, projection)
  const fields = typedPartitionFields(context.spec, context.schemas)
  const entries: ManifestEntry[] = []
  for (const value of decodeRecords(avroFile, reader.type, reader.resolver)) {
    const record = value as EntryRecord
    entries.push(entryFromRecords(record, record.data_file, manifest, context.spec.specId, fields))
  }
  inheritRowIds(entries, manifest.firstRowId)
  return entries
}

function inheritRowIds(entries: readonly ManifestEntry[], firstRowId: bigint | undefined): void {
  let next = firstRowId
  for (const { status, file } of entries) {
    if (next === undefined) {
      if (file.firstRowId !== undefined) delete file.firstRowId
    } else if (status !== 'deleted' && file.content === 'data' && file.firstRowId === undefined) {
      file.firstRowId = next
      next += file.recordCount
    }
  }
}

function entryFromRecords(
  head: EntryHeadRecord,
  file: FileRecord,
  manifest: InheritedFrom,
  specId: number,
  fields: readonly TypedPartitionField[],
): ManifestEntry {
  const status = statuses[head.status]
  if (status === undefined) throw new SpecError(`A manifest entry has the unknown status ${head.status}.`)
  return {
    status,
    snapshotId: head.snapshot_id ?? manifest.addedSnapshotId,
    sequenceNumber: head.sequence_number ?? manifest.sequenceNumber,
    fileSequenceNumber: head.file_sequence_number ?? manifest.sequenceNumber,
    file: fileFromRecord(file, specId, fields),
  }
}

const headType = avroType({ type: 'record', name: 'head', fields: entryHead })

/**
 * Decodes a manifest whose entries are to be written again. Where it has the schema we write in format version 2,
 * `encoded` carries each data file's bytes and `file` only what identifies it, which takes a tenth of the time; else `file`
 * is complete: in version 3 it has to be written with the row id it inherited.
 * @throws SpecError when the bytes are no manifest
 */
export function decodeManifestForCopy(
  bytes: Buffer,
  manifest: InheritedFrom,
  context: ManifestContext,
): (ManifestEntry & { encoded?: EncodedDataFile })[] {
  const fields = typedPartitionFields(context.spec, context.schemas)
  const avroFile = openAvro(bytes)
  const { schemaText } = avroFile
  if (context.formatVersion === 3 || schemaText !== JSON.stringify(manifestSchema(fields)))
    return decodeManifest(bytes, manifest, context, 'all')
  const { dataFile } = manifestReader(schemaText, 'identity')
  const entries: (ManifestEntry & { encoded: EncodedDataFile })[] = []
  for (const block of avroFile.blocks) {
    const records = inflateBlock(avroFile, block)
    let position = 0
    for (let index = 0; index < block.records; index += 1) {
      const head = headType.decode(records, position) as { value?: EntryHeadRecord; offset: number }
      const file = dataFile.type.decode(records, head.offset, dataFile.resolver) as {
        value?: FileRecord
        offset: number
      }
      if (head.value === undefined || file.value === undefined) {
        throw new SpecError('The Avro file is damaged: a block has too few bytes.')
      }
      const entry = entryFromRecords(head.value, file.value, manifest, context.spec.specId, fields)
      const encoded = { schemaText, bytes: records.subarray(head.offset, file.offset) }
      entries.push({ ...entry, encoded })
      position = file.offset
    }
  }
  return entries
}

export interface NewManifest extends ManifestContext {
  /** The table's current schema, kept in the header for readers. */
  schema: Schema
  content: ManifestContent
  entries: Iterable<NewManifestEntry>
}

/** What a manifest list has to say about a manifest, except where it is and by whom it was added. */
export type ManifestTotals = Omit<
  ManifestFile,
  'manifestPath' | 'manifestLength' | 'sequenceNumber' | 'minSequenceNumber' | 'addedSnapshotId'
> & {
  /** The lowest data sequence number of live entries that have one; undefined when all inherit theirs. */
  minSequenceNumber?: bigint
  /** Whether some live entry inherits its sequence number from the commit. */
  inherits: boolean
}

/** A whole manifest, with its totals. */
export function encodeManifest(manifest: NewManifest): { bytes: Buffer; totals: ManifestTotals } {
  const { spec, schema, formatVersion = 2 } = manifest
  const fields = typedPartitionFields(spec, manifest.schemas)
  const avroSchema = manifestSchema(fields, formatVersion)
  const schemaText = JSON.stringify(avroSchema)
  const writer = new AvroWriter(avroSchema, manifestWriter(avroSchema), {
    schema: stringifyJson(schemaToJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': stringifyJson(partitionFieldsToJson(spec.fields)),
    'partition-spec-id': String(spec.specId),
    'format-version': String(formatVersion),
    content: manifest.content,
  })
  const summary = summarizePartitions(fields)
  const files = { existing: 0, added: 0, deleted: 0 }
  const rows = { existing: 0n, added: 0n, deleted: 0n }
  let minSequenceNumber: bigint | undefined
  let inherits = false
  for (const entry of manifest.entries) {
    const { file, status, sequenceNumber } = entry
    files[status] += 1
    rows[status] += file.recordCount
    summary.add(file.partition)
    if (status !== 'deleted') {
      if (sequenceNumber === undefined) inherits = true
      else if (minSequenceNumber === undefined || sequenceNumber < minSequenceNumber)
        minSequenceNumber = sequenceNumber
    }
    const head = {
      status: statuses.indexOf(status),
      snapshot_id: entry.snapshotId,
      sequence_number: sequenceNumber ?? null,
      file_sequence_number: entry.fileSequenceNumber ?? null,
    }
    if (entry.encoded?.schemaText === schemaText)
      writer.appendEncoded(headType.toBuffer(head), entry.encoded.bytes)
    else writer.append({ ...head, data_file: fileToRecord(file, fields) })
  }
  const totals: ManifestTotals = {
    partitionSpecId: spec.specId,
    content: manifest.content,
    addedFilesCount: files.added,
    existingFilesCount: files.existing,
    deletedFilesCount: files.deleted,
    addedRowsCount: rows.added,
    existingRowsCount: rows.existing,
    deletedRowsCount: rows.deleted,
    partitions: summary.finish(),
    inherits,
  }
  if (minSequenceNumber !== undefined) totals.minSequenceNumber = minSequenceNumber
  return { bytes: writer.finish(), totals }
}
