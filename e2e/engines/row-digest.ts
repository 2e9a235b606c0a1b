import { createHash } from 'node:crypto'
import { z } from 'zod'
import { lastUpdatedField, rowIdField } from '#lib/iceberg/spec/reserved-fields.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import {
  decimalParameters,
  fixedLength,
  type IcebergType,
  type PrimitiveType,
} from '#lib/iceberg/spec/types.ts'

/** Rows told apart by one hash, which peer.py computes in the same way from the other engine's values. */
export const RowDigestSchema = z.object({
  rows: z.number(),
  /** SHA-256 over the sorted hashes of all rows. */
  hash: z.string(),
  /** The first rows, so that a test that fails shows what differs. */
  first: z.array(z.string()),
})
export type RowDigest = z.infer<typeof RowDigestSchema>

type Canonical = null | boolean | string | Canonical[]

const PairsSchema = z.array(z.object({ key: z.unknown(), value: z.unknown() }))

/** DuckDB writes bytes beyond printable ASCII as `\x0A`. */
const blobHex = (text: string): string =>
  Buffer.from(
    text.replaceAll(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  ).toString('hex')

function doubleHex(value: unknown): string {
  const number = Number(value)
  if (Number.isNaN(number)) return 'NaN'
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(number)
  return bytes.toString('hex')
}

/** `2024-01-01 00:00:00.5+00` as `2024-01-01T00:00:00.500000`, with 6 or 9 digits. */
function withFraction(text: string, digits: number): string {
  const [whole = '', fraction = ''] = text.replace(/\+00$/, '').replace(' ', 'T').split('.')
  return `${whole}.${fraction.padEnd(digits, '0')}`
}

function canonicalPrimitive(type: PrimitiveType, value: unknown): Canonical {
  if (decimalParameters(type)) return String(value)
  if (fixedLength(type) !== null) return blobHex(String(value))
  switch (type) {
    case 'boolean':
      return value === true
    case 'float':
    case 'double':
      return doubleHex(value)
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return withFraction(String(value), 6)
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return withFraction(String(value), 9)
    case 'binary':
      return blobHex(String(value))
    default:
      return type.startsWith('geo') ? blobHex(String(value)) : String(value)
  }
}

function canonical(type: IcebergType, value: unknown): Canonical {
  if (value === null || value === undefined) return null
  if (typeof type === 'string') return canonicalPrimitive(type, value)
  if (type.type === 'struct') {
    const struct = z.record(z.string(), z.unknown()).parse(value)
    return type.fields.map((field) => canonical(field.type, struct[field.name]))
  }
  if (type.type === 'list')
    return z
      .array(z.unknown())
      .parse(value)
      .map((one) => canonical(type.element, one))
  return PairsSchema.parse(value)
    .map(({ key, value: one }) => [canonical(type.key, key), canonical(type.value, one)])
    .sort(([a], [b]) => Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b))))
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The engine's answer to `SELECT *`, a line of JSON for each row, in the order of their bytes. */
export const canonicalLines = (schema: Schema, rows: readonly Record<string, unknown>[]): string[] =>
  rows
    .map((row) => JSON.stringify(schema.fields.map((field) => canonical(field.type, row[field.name]))))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

/** Digest of the engine's answer to `SELECT *`, in whatever order. */
export function digestRows(schema: Schema, rows: readonly Record<string, unknown>[]): RowDigest {
  const lines = canonicalLines(schema, rows)
  return { rows: lines.length, hash: sha256(lines.map(sha256).sort().join('\n')), first: lines.slice(0, 5) }
}

/** A schema with the columns `_row_id` and `_last_updated_sequence_number`. */
export const withRowLineage = (schema: Schema): Schema => ({
  ...schema,
  fields: [...schema.fields, rowIdField, lastUpdatedField],
})
