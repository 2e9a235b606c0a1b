import type avro from 'avsc'
import { type AvroField, type AvroSchema, avroType, normalizeSchema } from './avro.ts'
import { partitionAvroSchema, partitionFieldAvroName } from './partition-avro.ts'
import type { TypedPartitionField } from './partition-type.ts'
import { SpecError } from './spec-error.ts'

/** Avro schemas of manifests (spec: "Manifests"): the one we write, and readers for whatever others wrote. */

const optional = (type: AvroSchema): AvroSchema => ['null', type]

const optionalField = (name: string, id: number, type: AvroSchema): AvroField => ({
  name,
  type: optional(type),
  default: null,
  'field-id': id,
})

/** A map with integer keys is an array of pairs in Avro. */
const mapField = (name: string, id: number, keyId: number, valueId: number, value: AvroSchema): AvroField =>
  optionalField(name, id, {
    type: 'array',
    items: {
      type: 'record',
      name: `k${keyId}_v${valueId}`,
      fields: [
        { name: 'key', type: 'int', 'field-id': keyId },
        { name: 'value', type: value, 'field-id': valueId },
      ],
    },
    logicalType: 'map',
  })

const contentField: AvroField = { name: 'content', type: 'int', 'field-id': 134 }
const partitionFieldId = 102
const dataFileFieldId = 2

/** Fields of data_file after the partition, in the order in which we write them. */
const fileFields: AvroField[] = [
  { name: 'record_count', type: 'long', 'field-id': 103 },
  { name: 'file_size_in_bytes', type: 'long', 'field-id': 104 },
  mapField('column_sizes', 108, 117, 118, 'long'),
  mapField('value_counts', 109, 119, 120, 'long'),
  mapField('null_value_counts', 110, 121, 122, 'long'),
  mapField('nan_value_counts', 137, 138, 139, 'long'),
  mapField('lower_bounds', 125, 126, 127, 'bytes'),
  mapField('upper_bounds', 128, 129, 130, 'bytes'),
  optionalField('key_metadata', 131, 'bytes'),
  optionalField('split_offsets', 132, { type: 'array', items: 'long', 'element-id': 133 }),
  optionalField('equality_ids', 135, { type: 'array', items: 'int', 'element-id': 136 }),
  optionalField('sort_order_id', 140, 'int'),
  optionalField('referenced_data_file', 143, 'string'),
]

/** What format version 3 adds to data_file. */
const fileFields3: AvroField[] = [
  optionalField('first_row_id', 142, 'long'),
  optionalField('content_offset', 144, 'long'),
  optionalField('content_size_in_bytes', 145, 'long'),
]
const allFileFields = [...fileFields, ...fileFields3]

/** Fields of an entry before its data_file. */
export const entryHead: AvroField[] = [
  { name: 'status', type: 'int', 'field-id': 0 },
  optionalField('snapshot_id', 1, 'long'),
  optionalField('sequence_number', 3, 'long'),
  optionalField('file_sequence_number', 4, 'long'),
]

/** The schema in which we write entries of manifests. */
export const manifestSchema = (
  fields: readonly TypedPartitionField[],
  formatVersion: 2 | 3 = 2,
): AvroSchema => ({
  type: 'record',
  name: 'manifest_entry',
  fields: [
    ...entryHead,
    {
      name: 'data_file',
      type: {
        type: 'record',
        name: 'r2',
        fields: [
          contentField,
          { name: 'file_path', type: 'string', 'field-id': 100 },
          { name: 'file_format', type: 'string', 'field-id': 101 },
          { name: 'partition', type: partitionAvroSchema(fields), 'field-id': partitionFieldId },
          ...(formatVersion === 3 ? allFileFields : fileFields),
        ],
      },
      'field-id': dataFileFieldId,
    },
  ] satisfies AvroField[],
})

/**
 * How much of each entry is decoded. `identity`: which file, where, how large. `bounds`: with counts and bounds, for
 * pruning by column. `all`: everything, for entries that are written again. 100,000 entries of 25 columns take about
 * eight times as long with `all` as with `identity`.
 */
export type ManifestProjection = 'identity' | 'bounds' | 'all'

const identityNames = [
  'record_count',
  'file_size_in_bytes',
  'equality_ids',
  'sort_order_id',
  'referenced_data_file',
  'content_offset',
  'content_size_in_bytes',
  'first_row_id',
]
const boundsNames = ['value_counts', 'null_value_counts', 'nan_value_counts', 'lower_bounds', 'upper_bounds']

const projectedNames: Record<ManifestProjection, ReadonlySet<string>> = {
  identity: new Set(identityNames),
  bounds: new Set([...identityNames, ...boundsNames]),
  all: new Set(allFileFields.map((field) => field.name)),
}

const fileFieldNames = new Map<number, string>(
  [
    ...entryHead,
    contentField,
    ...allFileFields,
    { name: 'data_file', 'field-id': dataFileFieldId },
    { name: 'file_path', 'field-id': 100 },
    { name: 'file_format', 'field-id': 101 },
    { name: 'partition', 'field-id': partitionFieldId },
  ].map((field) => [field['field-id'] ?? -1, field.name]),
)
const keyValueIds = new Set([117, 118, 119, 120, 121, 122, 138, 139, 126, 127, 129, 130])

function nameOf(id: number): string | undefined {
  if (keyValueIds.has(id)) return undefined
  return fileFieldNames.get(id) ?? (id >= 1000 ? partitionFieldAvroName(id) : undefined)
}

export interface Reader {
  type: avro.Type
  resolver: ReturnType<avro.Type['createResolver']>
}

/** Compiling takes milliseconds; all manifests of a table's spec share a schema. The oldest goes beyond this many. */
const maxCompiled = 64

/** An optional field as a reader sees it when the writer does not have it. */
const absentField = ({ name, type }: AvroField): AvroField => ({
  name,
  type: Array.isArray(type) ? type : optional(type),
  default: null,
})

/** Keeps what is compiled for a schema; the oldest goes when there are too many. */
function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key)
  if (known) return known
  const made = make()
  const oldest = cache.size >= maxCompiled ? cache.keys().next().value : undefined
  if (oldest !== undefined) cache.delete(oldest)
  cache.set(key, made)
  return made
}

const readers = new Map<string, { entry: Reader; dataFile: Reader }>()
const writers = new Map<string, avro.Type>()

/** The compiled writer of a schema. By its text: one spec has another schema after a column was widened. */
export const manifestWriter = (schema: AvroSchema): avro.Type =>
  remember(writers, JSON.stringify(schema), () => avroType(schema))

/**
 * What decodes entries, or only their data files, of a manifest whose Avro schema has this text.
 * @throws SpecError when it is not the schema of a manifest
 */
export const manifestReader = (
  schemaText: string,
  projection: ManifestProjection,
): { entry: Reader; dataFile: Reader } =>
  remember(readers, projection + schemaText, () => {
    const writer = normalizeSchema(JSON.parse(schemaText) as AvroSchema, nameOf)
    const partition = writer.types.get(partitionFieldId)
    const writerDataFile = writer.types.get(dataFileFieldId)
    if (partition === undefined || writerDataFile === undefined) {
      throw new SpecError('The manifest has no data_file with a partition struct (field ids 2 and 102).')
    }
    // Writers' own types are read as they are: they differ in little (PyIceberg's equality ids are longs), and a reader
    // that has the writer's type needs no conversion. Format version 1 has no content and no sequence numbers.
    const readable = (field: AvroField): AvroField => {
      const type = writer.types.get(field['field-id'] ?? -1)
      return type === undefined ? absentField(field) : { name: field.name, type }
    }
    const wanted = allFileFields.filter((field) => projectedNames[projection].has(field.name))
    const dataFile: AvroSchema = {
      type: 'record',
      name: 'r2',
      fields: [
        readable(contentField),
        { name: 'file_path', type: 'string' },
        { name: 'file_format', type: 'string' },
        { name: 'partition', type: partition },
        ...wanted.map(readable),
      ],
    }
    const reader = (schema: AvroSchema, writerSchema: AvroSchema): Reader => {
      const type = avroType(schema)
      return { type, resolver: type.createResolver(avroType(writerSchema)) }
    }
    const entry: AvroSchema = {
      type: 'record',
      name: 'root',
      fields: [...entryHead.map(readable), { name: 'data_file', type: dataFile }],
    }
    return { entry: reader(entry, writer.schema), dataFile: reader(dataFile, writerDataFile) }
  })
