import { AppError } from '../errors.ts'
import type { Schema } from '../iceberg/spec/schema.ts'
import { decimalParameters, fixedLength, type IcebergType, type NestedField } from '../iceberg/spec/types.ts'
import { sqlIdentifier, sqlString } from '../mappings/sql-text.ts'

const primitiveTypes: Record<string, string> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  timestamp_ns: 'TIMESTAMP_NS',
  string: 'VARCHAR',
  uuid: 'UUID',
  binary: 'BLOB',
  /** As JSON text. */
  variant: 'VARCHAR',
  /** Holds nulls only. */
  unknown: 'VARCHAR',
}

/** Geometry and geography: well-known binary. */
export const isGeospatial = (type: IcebergType): boolean =>
  typeof type === 'string' && /^geo(metry|graphy)\b/.test(type)

/**
 * The DuckDB type that holds an Iceberg type's values.
 * @throws AppError `bad-input` for timestamptz_ns, which DuckDB has no type for
 */
export function duckdbType(type: IcebergType): string {
  if (typeof type === 'string') {
    const decimal = decimalParameters(type)
    if (decimal) return `DECIMAL(${decimal.precision},${decimal.scale})`
    if (fixedLength(type) !== null || isGeospatial(type)) return 'BLOB'
    const known = primitiveTypes[type]
    if (known) return known
    throw new AppError(
      'bad-input',
      `A column is of type ${type}, of which the engine would lose the nanoseconds. Leave it out, or read the table with another engine.`,
    )
  }
  if (type.type === 'struct') {
    return `STRUCT(${type.fields.map((field) => `${sqlIdentifier(field.name)} ${duckdbType(field.type)}`).join(', ')})`
  }
  if (type.type === 'list') return `${duckdbType(type.element)}[]`
  return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`
}

/** Types whose files the engine reads, but would write in another form. */
const readOnly = (type: IcebergType): boolean =>
  type === 'variant' || type === 'unknown' || isGeospatial(type)

/**
 * Columns, also nested ones, that the engine can not write again as they are, by full name with their type: whatever
 * rewrites files leaves tables with such columns alone.
 */
export const columnsNotWritten = (fields: readonly NestedField[]): string[] =>
  fields.flatMap(({ name, type }) => notWritten(name, type))

function notWritten(name: string, type: IcebergType): string[] {
  if (typeof type === 'string') {
    // Its nanoseconds would be lost.
    return readOnly(type) || type === 'timestamptz_ns' ? [`${name} (${type})`] : []
  }
  if (type.type === 'struct') {
    return type.fields.flatMap((field) => notWritten(`${name}.${field.name}`, field.type))
  }
  if (type.type === 'list') return notWritten(`${name}.element`, type.element)
  return [...notWritten(`${name}.key`, type.key), ...notWritten(`${name}.value`, type.value)]
}

/** FIELD_IDS of a COPY, for one field: the id, or a struct with the ids inside. */
function fieldIds(id: number, type: IcebergType): string {
  if (readOnly(type)) {
    throw new AppError(
      'bad-input',
      `Firn reads columns of type ${type} but does not write them: change, compact and delete by rewriting with another engine, or delete as merge-on-read.`,
    )
  }
  if (typeof type === 'string') return String(id)
  const inner =
    type.type === 'struct'
      ? type.fields.map((field) => `${sqlIdentifier(field.name)}: ${fieldIds(field.id, field.type)}`)
      : type.type === 'list'
        ? [`element: ${fieldIds(type.elementId, type.element)}`]
        : [`key: ${fieldIds(type.keyId, type.key)}`, `value: ${fieldIds(type.valueId, type.value)}`]
  return `{${[`__duckdb_field_id: ${id}`, ...inner].join(', ')}}`
}

/**
 * The FIELD_IDS option that gives written columns their Iceberg ids.
 * @throws AppError `bad-input` for columns of types that the engine does not write
 */
export const fieldIdsOption = (fields: readonly NestedField[]): string =>
  `{${fields.map((field) => `${sqlIdentifier(field.name)}: ${fieldIds(field.id, field.type)}`).join(', ')}}`

/** The `schema` argument of read_parquet: columns are found by field id, absent ones are NULL. */
export const readSchema = (schema: Schema): string =>
  `MAP {${schema.fields
    .map(
      (field) =>
        `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckdbType(field.type))}, default_value: NULL}`,
    )
    .join(', ')}}`
