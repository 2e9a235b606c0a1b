import { SpecError } from './spec-error.ts'

/**
 * Iceberg's types (spec: "Schemas and Data Types"). A primitive is its name as the spec writes it in JSON, without blanks
 * (`decimal(9,2)`, `fixed[16]`); a nested type is an object.
 */
export type PrimitiveType =
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'string'
  | 'uuid'
  | 'binary'
  | 'unknown'
  | 'timestamp_ns'
  | 'timestamptz_ns'
  | 'variant'
  | 'geometry'
  | `geometry(${string})`
  | 'geography'
  | `geography(${string})`
  | `decimal(${number},${number})`
  | `fixed[${number}]`

export interface NestedField {
  id: number
  name: string
  required: boolean
  type: IcebergType
  doc?: string
  /** Value of rows written before the column was added (format version 3); fixed once the column is there. */
  initialDefault?: DefaultValue
  /** Value of rows whose writer does not give one (format version 3). */
  writeDefault?: DefaultValue
}

export interface StructType {
  type: 'struct'
  fields: NestedField[]
}

export interface ListType {
  type: 'list'
  elementId: number
  element: IcebergType
  elementRequired: boolean
}

export interface MapType {
  type: 'map'
  keyId: number
  key: IcebergType
  valueId: number
  value: IcebergType
  valueRequired: boolean
}

export type IcebergType = PrimitiveType | StructType | ListType | MapType

/**
 * A value of a primitive type: boolean; number for int, float, double and date (days since 1970-01-01); bigint for long,
 * time (microseconds of the day), timestamp and timestamptz (microseconds since the epoch), timestamp_ns and
 * timestamptz_ns (nanoseconds since the epoch) and decimal (the unscaled value); string for string and uuid (lower-case, with
 * dashes); bytes for binary and fixed. Variant, geometry, geography and unknown have no values of this kind.
 */
export type PrimitiveValue = boolean | number | bigint | string | Uint8Array

/** Defaults of nested columns stay as they are in JSON. */
export type DefaultValue = PrimitiveValue | readonly unknown[] | { readonly [key: string]: unknown }

const plainNames: ReadonlySet<string> = new Set([
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'string',
  'uuid',
  'binary',
  'unknown',
  'timestamp_ns',
  'timestamptz_ns',
  'variant',
  'geometry',
  'geography',
])

/** Types of format version 3. */
const v3Type = /^(unknown|timestamp_ns|timestamptz_ns|variant|geometry|geography)\b/

const decimalPattern = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/
const fixedPattern = /^fixed\[\s*(\d+)\s*\]$/
const geometryPattern = /^geometry\(\s*([^,()]+?)\s*\)$/
const geographyPattern =
  /^geography\(\s*([^,()]+?)\s*(?:,\s*(spherical|vincenty|thomas|andoyer|karney)\s*)?\)$/

export const isPrimitive = (type: IcebergType): type is PrimitiveType => typeof type === 'string'

/** Reads a primitive type's name; blanks inside parentheses are allowed. @throws SpecError for a name that is none. */
export function parsePrimitiveType(text: string): PrimitiveType {
  if (plainNames.has(text)) return text as PrimitiveType
  const decimal = decimalPattern.exec(text)
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])]
    if (precision < 1 || precision > 38 || scale > precision) {
      throw new SpecError(`Type "${text}": a decimal has a precision of 1 to 38 and a scale of at most that.`)
    }
    return `decimal(${precision},${scale})`
  }
  const fixed = fixedPattern.exec(text)
  if (fixed) return `fixed[${Number(fixed[1])}]`
  const geometry = geometryPattern.exec(text)
  if (geometry) return `geometry(${geometry[1]})`
  const geography = geographyPattern.exec(text)
  if (geography) return `geography(${geography[1]}${geography[2] ? `, ${geography[2]}` : ''})`
  throw new SpecError(`"${text}" is not a type of Iceberg's format versions 1 to 3.`)
}

/** The first format version that has a type. */
export const typeFormatVersion = (type: IcebergType): 1 | 3 =>
  typeof type === 'string' && v3Type.test(type) ? 3 : 1

/** Precision and scale of a decimal type, null for any other type. */
export function decimalParameters(type: IcebergType): { precision: number; scale: number } | null {
  const match = typeof type === 'string' ? decimalPattern.exec(type) : null
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : null
}

/** Length of a fixed type in bytes, null for any other type. */
export function fixedLength(type: IcebergType): number | null {
  const match = typeof type === 'string' ? fixedPattern.exec(type) : null
  return match ? Number(match[1]) : null
}
