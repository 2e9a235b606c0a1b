import { type AvroField, type AvroSchema, normalizeSchema } from './avro.ts'
import {
  type AvroCodec,
  type AvroCursor,
  avroCodec,
  checkKind,
  PickedPairs,
  pairsCodec,
} from './avro-reader.ts'
import type { EntryHeadRecord, FileRecord } from './manifest-records.ts'
import {
  allFileFields,
  dataFileFieldId,
  dataFileHead,
  entryHead,
  partitionFieldId,
  remember,
} from './manifest-schema.ts'
import { partitionFieldAvroName } from './partition-avro.ts'
import { SpecError } from './spec-error.ts'

/** Reads entries of manifests, whoever wrote them: by field id, and only what is asked for. */

/**
 * How much of each entry is decoded. `identity`: which file, where, how large. `bounds`: with counts and bounds, for
 * pruning by column. `all`: everything, for entries that are written again. A set of column ids: with counts and bounds
 * of these columns.
 */
export type ManifestProjection = 'identity' | 'bounds' | 'all'

const statisticsNames = [
  'value_counts',
  'null_value_counts',
  'nan_value_counts',
  'lower_bounds',
  'upper_bounds',
]
const rewriteNames = ['column_sizes', 'key_metadata', 'split_offsets']
const withoutNames: Record<ManifestProjection, ReadonlySet<string>> = {
  identity: new Set([...statisticsNames, ...rewriteNames]),
  bounds: new Set(rewriteNames),
  all: new Set(),
}

const fileFieldNames = new Map<number, string>(
  [
    ...entryHead,
    ...dataFileHead,
    ...allFileFields,
    { name: 'data_file', 'field-id': dataFileFieldId },
    { name: 'partition', 'field-id': partitionFieldId },
  ].map((field) => [field['field-id'] ?? -1, field.name]),
)
const keyValueIds = new Set([117, 118, 119, 120, 121, 122, 138, 139, 126, 127, 129, 130])

function nameOf(id: number): string | undefined {
  if (keyValueIds.has(id)) return undefined
  return fileFieldNames.get(id) ?? (id >= 1000 ? partitionFieldAvroName(id) : undefined)
}

/** What a reader does at one field of the writer's record. */
interface Step extends AvroCodec {
  name: string
  /** `later`: skipped at first and read by `complete`. */
  when: 'now' | 'later' | 'never'
}

/** What of an entry decides whether the rest of it is read. */
const decisive: ReadonlySet<string> = new Set([
  'status',
  'content',
  'record_count',
  'first_row_id',
  ...statisticsNames,
])

export interface ReadEntry {
  head: EntryHeadRecord
  file: FileRecord
  /** Where data_file begins and ends in the block. */
  from: number
  to: number
}

export interface EntryReader {
  /** The entry at the cursor, which is behind it afterwards. Of a reader for columns only what decides about it, until the next read. */
  read(cursor: AvroCursor): ReadEntry
  /** The partition of the entry that was read last. */
  partition(cursor: AvroCursor, entry: ReadEntry): FileRecord['partition']
  /** Reads the rest of the entry that was read last. */
  complete(cursor: AvroCursor, entry: ReadEntry): void
}

const mapNames: ReadonlySet<string> = new Set([...statisticsNames, 'column_sizes'])

const fieldsOf = (schema: AvroSchema | undefined): AvroField[] | undefined =>
  typeof schema === 'object' && !Array.isArray(schema) && schema.type === 'record'
    ? (schema.fields as AvroField[])
    : undefined

/** Field names of the data_file struct and of the entry's head with the types we give them, to compare a writer's with. */
const known = new Map(
  [...entryHead, ...dataFileHead, ...allFileFields].map((field) => [field.name, field.type]),
)
const required = ['file_path', 'file_format', 'record_count', 'file_size_in_bytes']

function compile(schemaText: string, projection: ManifestProjection | ReadonlySet<number>): EntryReader {
  const writer = normalizeSchema(JSON.parse(schemaText) as AvroSchema, nameOf)
  const entryFields = fieldsOf(writer.schema)
  const fileFields = fieldsOf(writer.types.get(dataFileFieldId))
  if (!entryFields || !fileFields || !fieldsOf(writer.types.get(partitionFieldId)))
    throw new SpecError('The manifest has no data_file with a partition struct (field ids 2 and 102).')
  for (const name of required) {
    if (!fileFields.some((field) => field.name === name))
      throw new SpecError(`The manifest's data files have no ${name}.`)
  }
  const named = new Map<string, AvroCodec>()
  const columns = typeof projection === 'string' ? undefined : projection
  const without = withoutNames[typeof projection === 'string' ? projection : 'bounds']
  const stepOf = ({ name, type }: AvroField): Step => {
    const ours = known.get(name)
    if (ours !== undefined) checkKind(name, type, ours)
    const wanted = (ours !== undefined || name === 'partition') && !without.has(name)
    const codec = avroCodec(type, named)
    const pairs = mapNames.has(name) ? pairsCodec(type, columns) : undefined
    if (pairs === null) throw new SpecError(`The manifest's ${name} are no map of field ids.`)
    const when = !wanted ? 'never' : columns && !decisive.has(name) ? 'later' : 'now'
    return { name, when, ...(pairs ?? codec) }
  }
  const head = entryFields.map((field): Step => {
    if (field.name === 'data_file') return { name: field.name, when: 'now', ...avroCodec('null') }
    return stepOf(field)
  })
  const steps = fileFields.map(stepOf)
  const putOff = (all: readonly Step[]) =>
    all.map((step, index) => ({ ...step, index })).filter((step) => step.when === 'later')
  const [laterHead, laterFile] = [putOff(head), putOff(steps)]
  const partition = laterFile.find((step) => step.name === 'partition')
  const [headStarts, starts] = [head.map(() => 0), steps.map(() => 0)]
  const readAt = <T>(cursor: AvroCursor, position: number, read: () => T): T => {
    const end = cursor.position
    cursor.position = position
    const value = read()
    cursor.position = end
    return value
  }
  return {
    read: (cursor) => {
      const headRecord: Record<string, unknown> = {}
      const file: Record<string, unknown> = {}
      let [from, to] = [0, 0]
      for (let at = 0; at < head.length; at += 1) {
        const field = head[at] as Step
        if (field.name === 'data_file') {
          from = cursor.position
          for (let index = 0; index < steps.length; index += 1) {
            const step = steps[index] as Step
            if (step.when === 'now') file[step.name] = step.read(cursor)
            else {
              starts[index] = cursor.position
              step.skip(cursor)
            }
          }
          to = cursor.position
        } else if (field.when === 'now') headRecord[field.name] = field.read(cursor)
        else {
          headStarts[at] = cursor.position
          field.skip(cursor)
        }
      }
      return { head: headRecord as unknown as EntryHeadRecord, file: file as unknown as FileRecord, from, to }
    },
    partition: (cursor, { file }) => {
      if (partition) {
        readAt(cursor, starts[partition.index] ?? 0, () => {
          file.partition = partition.read(cursor) as FileRecord['partition']
        })
      }
      return file.partition
    },
    complete: (cursor, entry) => {
      const [headRecord, file] = [entry.head, entry.file] as unknown as Record<string, unknown>[]
      for (const [record, later, from] of [
        [headRecord, laterHead, headStarts],
        [file, laterFile, starts],
      ] as const) {
        for (const step of later) {
          readAt(cursor, from[step.index] ?? 0, () => {
            if (record) record[step.name] = step.read(cursor)
          })
        }
      }
      for (const name of statisticsNames) {
        const picked = file?.[name]
        if (file && picked instanceof PickedPairs) file[name] = picked.toMap()
      }
    },
  }
}

const readers = new Map<string, EntryReader>()

/**
 * What reads entries of a manifest whose Avro schema has this text. Given column ids it reads only what decides about an
 * entry, with the statistics of these columns as views, until `complete`.
 * @throws SpecError when it is not the schema of a manifest
 */
export const entryReader = (
  schemaText: string,
  projection: ManifestProjection | ReadonlySet<number>,
): EntryReader =>
  remember(
    readers,
    `${typeof projection === 'string' ? projection : [...projection].join()}:${schemaText}`,
    () => compile(schemaText, projection),
  )
