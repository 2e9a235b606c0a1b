import { AvroWriter, openAvro, readBlocks } from './avro.ts'
import { readRecords } from './avro-reader.ts'
import { stringifyJson } from './json.ts'
import type {
  EncodedDataFile,
  EntryStatus,
  ManifestContent,
  ManifestEntry,
  ManifestFile,
  NewManifestEntry,
} from './manifest.ts'
import { entryReader, type ManifestProjection, type ReadEntry } from './manifest-reader.ts'
import {
  fileFromRecord,
  type PrunableFile,
  PrunableRecord,
  statuses,
  writeEntryHead,
  writeFile,
} from './manifest-records.ts'
import { manifestSchema } from './manifest-schema.ts'
import { partitionEncoder } from './partition-avro.ts'
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

/** Which live entries of a manifest are wanted. */
export interface EntryFilter {
  /** The columns whose counts and bounds `keep` looks at; kept entries have those of these only. */
  columns: ReadonlySet<number>
  /** Asked of each live entry before the rest of it is decoded. */
  keep(file: PrunableFile): boolean
}

/**
 * Decodes a manifest's entries: all, `deleted` ones too, or the live ones that a filter keeps. What an entry leaves out it
 * inherits from `manifest`, its entry in the manifest list: snapshot id and sequence numbers (spec: "Sequence Number
 * Inheritance"), and row ids of live files (spec: "First Row ID Inheritance").
 * @throws SpecError when the bytes are no manifest.
 */
export async function decodeManifest(
  bytes: Buffer,
  manifest: InheritedFrom,
  context: ManifestContext,
  wanted: ManifestProjection | EntryFilter,
): Promise<ManifestEntry[]> {
  const avroFile = openAvro(bytes)
  const filter = typeof wanted === 'string' ? undefined : wanted
  const reader = entryReader(avroFile.schemaText, typeof wanted === 'string' ? wanted : wanted.columns)
  const fields = typedPartitionFields(context.spec, context.schemas)
  const { specId } = context.spec
  const rowIds = inheritedRowIds(manifest.firstRowId)
  const entries: ManifestEntry[] = []
  for await (const block of readBlocks(avroFile)) {
    readRecords(block, (cursor) => {
      const read = reader.read(cursor)
      const status = statusOf(read)
      const firstRowId = rowIds(status, read)
      if (filter) {
        const partition = () => reader.partition(cursor, read)
        if (status === 'deleted' || !filter.keep(new PrunableRecord(read.file, specId, fields, partition)))
          return
        reader.complete(cursor, read)
      }
      const entry = entryFromRecords(read, status, manifest, specId, fields)
      if (firstRowId === undefined) delete entry.file.firstRowId
      else entry.file.firstRowId = firstRowId
      entries.push(entry)
    })
  }
  return entries
}

function statusOf({ head }: ReadEntry): EntryStatus {
  const status = statuses[head.status]
  if (status === undefined) throw new SpecError(`A manifest entry has the unknown status ${head.status}.`)
  return status
}

/** Gives each entry in turn its row id; undefined for one that has none. */
function inheritedRowIds(firstRowId: bigint | undefined) {
  let next = firstRowId
  return (status: EntryStatus, { file }: ReadEntry): bigint | undefined => {
    if (next === undefined) return undefined
    if (typeof file.first_row_id === 'bigint') return file.first_row_id
    if (status === 'deleted' || (file.content ?? 0) !== 0) return undefined
    const inherited = next
    next += BigInt(file.record_count)
    return inherited
  }
}

function entryFromRecords(
  { head, file }: ReadEntry,
  status: EntryStatus,
  manifest: InheritedFrom,
  specId: number,
  fields: readonly TypedPartitionField[],
): ManifestEntry {
  return {
    status,
    snapshotId: BigInt(head.snapshot_id ?? manifest.addedSnapshotId),
    sequenceNumber: BigInt(head.sequence_number ?? manifest.sequenceNumber),
    fileSequenceNumber: BigInt(head.file_sequence_number ?? manifest.sequenceNumber),
    file: fileFromRecord(file, specId, fields),
  }
}

/**
 * Decodes a manifest whose entries are to be written again. Where it has the schema we write in format version 2,
 * `encoded` carries each data file's bytes and `file` only what identifies it, which takes a tenth of the time; else `file`
 * is complete: in version 3 it has to be written with the row id it inherited.
 * @throws SpecError when the bytes are no manifest
 */
export async function decodeManifestForCopy(
  bytes: Buffer,
  manifest: InheritedFrom,
  context: ManifestContext,
): Promise<(ManifestEntry & { encoded?: EncodedDataFile })[]> {
  const fields = typedPartitionFields(context.spec, context.schemas)
  const avroFile = openAvro(bytes)
  const { schemaText } = avroFile
  if (context.formatVersion === 3 || schemaText !== JSON.stringify(manifestSchema(fields)))
    return decodeManifest(bytes, manifest, context, 'all')
  const reader = entryReader(schemaText, 'identity')
  const entries: (ManifestEntry & { encoded: EncodedDataFile })[] = []
  for await (const block of readBlocks(avroFile)) {
    readRecords(block, (cursor) => {
      const read = reader.read(cursor)
      const entry = entryFromRecords(read, statusOf(read), manifest, context.spec.specId, fields)
      entries.push({ ...entry, encoded: { schemaText, bytes: block.bytes.subarray(read.from, read.to) } })
    })
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
  const writer = new AvroWriter(avroSchema, {
    schema: stringifyJson(schemaToJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': stringifyJson(partitionFieldsToJson(spec.fields)),
    'partition-spec-id': String(spec.specId),
    'format-version': String(formatVersion),
    content: manifest.content,
  })
  const partitionBytes = partitionEncoder(fields)
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
    writer.append((sink) => {
      writeEntryHead(sink, entry)
      if (entry.encoded?.schemaText === schemaText) sink.raw(entry.encoded.bytes)
      else writeFile(sink, file, partitionBytes, formatVersion)
    })
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
