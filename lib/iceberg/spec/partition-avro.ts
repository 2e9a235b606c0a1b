import { type AvroField, type AvroSchema, avroType } from './avro.ts'
import type { TypedPartitionField } from './partition-type.ts'
import type { PartitionValue } from './partition-value.ts'
import { bytesToBigint, bytesToUuid, uuidToBytes } from './single-value.ts'
import { decimalParameters, fixedLength, type PrimitiveType } from './types.ts'

/** Partition values in Avro (spec, appendix A). */

/** Bytes that hold every unscaled value of a precision. */
function decimalBytes(precision: number): number {
  let length = 1
  while (2n ** BigInt(length * 8 - 1) < 10n ** BigInt(precision)) length += 1
  return length
}

/** `unique` tells the named types of one schema apart. */
function avroTypeOf(type: PrimitiveType, unique: number): AvroSchema {
  switch (type) {
    case 'date':
      return { type: 'int', logicalType: 'date' }
    case 'time':
      return { type: 'long', logicalType: 'time-micros' }
    case 'timestamp':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false }
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true }
    case 'timestamp_ns':
      return { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': false }
    case 'timestamptz_ns':
      return { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': true }
    case 'binary':
      return 'bytes'
    case 'uuid':
      return { type: 'fixed', name: `uuid_${unique}`, size: 16, logicalType: 'uuid' }
    default: {
      const decimal = decimalParameters(type)
      if (decimal) {
        const size = decimalBytes(decimal.precision)
        return { type: 'fixed', name: `decimal_${unique}`, size, logicalType: 'decimal', ...decimal }
      }
      const length = fixedLength(type)
      return length === null ? type : { type: 'fixed', name: `fixed_${unique}`, size: length }
    }
  }
}

/** Avro allows only `[A-Za-z_][A-Za-z0-9_]*`; other characters are written as other Iceberg writers do. */
function avroName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  const safe = Array.from(name, (character) =>
    /[A-Za-z0-9_]/.test(character) ? character : `_x${character.codePointAt(0)?.toString(16).toUpperCase()}`,
  ).join('')
  return /^[0-9]/.test(safe) ? `_${safe}` : safe
}

/** The struct `partition` of a manifest entry. */
export const partitionAvroSchema = (fields: readonly TypedPartitionField[]): AvroSchema => ({
  type: 'record',
  name: 'r102',
  fields: fields.map(
    (field): AvroField => ({
      name: avroName(field.name),
      type: ['null', avroTypeOf(field.type, field.fieldId)],
      default: null,
      'field-id': field.fieldId,
    }),
  ),
})

function signExtend(value: bigint, length: number): Buffer {
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

function toAvro(type: PrimitiveType, value: PartitionValue): unknown {
  if (value === null) return null
  switch (type) {
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return BigInt(value as bigint)
    case 'int':
    case 'date':
      return Number(value)
    case 'uuid':
      return uuidToBytes(value as string)
    default: {
      const decimal = decimalParameters(type)
      if (decimal) return signExtend(BigInt(value as bigint), decimalBytes(decimal.precision))
      return value instanceof Uint8Array ? Buffer.from(value) : value
    }
  }
}

function fromAvro(type: PrimitiveType, value: unknown): PartitionValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') {
    // A manifest written before the column was widened from int.
    return type === 'long' ? BigInt(value) : value
  }
  if (value instanceof Uint8Array) {
    if (type === 'uuid') return bytesToUuid(value)
    return decimalParameters(type) ? bytesToBigint(value) : value
  }
  return value as PartitionValue
}

/** Encodes the struct `partition` of entries, in the schema of `partitionAvroSchema`. */
export function partitionEncoder(
  fields: readonly TypedPartitionField[],
): (partition: Record<string, PartitionValue>) => Buffer {
  const type = avroType(partitionAvroSchema(fields))
  const names = fields.map(({ name, type: valueType }) => ({ name, valueType, avroName: avroName(name) }))
  return (partition) => {
    const record: Record<string, unknown> = {}
    for (const field of names) record[field.avroName] = toAvro(field.valueType, partition[field.name] ?? null)
    return type.toBuffer(record)
  }
}

/** Name of a partition field in a normalized schema: manifests are resolved by field id, not by name. */
export const partitionFieldAvroName = (fieldId: number): string => `p${fieldId}`

/** Values by partition field name, from a record with names of `partitionFieldAvroName`. */
export function decodePartition(
  fields: readonly TypedPartitionField[],
  record: Record<string, unknown>,
): Record<string, PartitionValue> {
  const partition: Record<string, PartitionValue> = {}
  for (const field of fields) {
    partition[field.name] = fromAvro(field.type, record[partitionFieldAvroName(field.fieldId)])
  }
  return partition
}
