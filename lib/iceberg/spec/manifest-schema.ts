import type { AvroField, AvroSchema } from './avro.ts'
import { partitionAvroSchema } from './partition-avro.ts'
import type { TypedPartitionField } from './partition-type.ts'

/** The Avro schema in which we write manifests (spec: "Manifests"). */

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

/** Fields of data_file before the partition. */
export const dataFileHead: AvroField[] = [
  { name: 'content', type: 'int', 'field-id': 134 },
  { name: 'file_path', type: 'string', 'field-id': 100 },
  { name: 'file_format', type: 'string', 'field-id': 101 },
]
export const partitionFieldId = 102
export const dataFileFieldId = 2

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
export const allFileFields = [...fileFields, ...fileFields3]

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
          ...dataFileHead,
          { name: 'partition', type: partitionAvroSchema(fields), 'field-id': partitionFieldId },
          ...(formatVersion === 3 ? allFileFields : fileFields),
        ],
      },
      'field-id': dataFileFieldId,
    },
  ] satisfies AvroField[],
})

/** Compiling takes milliseconds; all manifests of a table's spec share a schema. The oldest goes beyond this many. */
const maxCompiled = 64

/** Keeps what is compiled for a schema; the oldest goes when there are too many. */
export function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key)
  if (known) return known
  const made = make()
  const oldest = cache.size >= maxCompiled ? cache.keys().next().value : undefined
  if (oldest !== undefined) cache.delete(oldest)
  cache.set(key, made)
  return made
}
