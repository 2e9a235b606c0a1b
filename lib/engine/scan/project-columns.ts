import { AppError } from '../../errors.ts'
import type { MappedField } from '../../iceberg/spec/name-mapping.ts'
import {
  type IcebergType,
  isPrimitive,
  type NestedField,
  type PrimitiveType,
  type PrimitiveValue,
} from '../../iceberg/spec/types.ts'
import { sqlIdentifier, sqlString } from '../../mappings/sql-text.ts'
import { duckdbType, isGeospatial } from '../duckdb-types.ts'
import { literalSql } from './literal-sql.ts'
import type { ParquetColumn, ParquetLayout } from './parquet-layouts.ts'

/**
 * Column projection (spec: "Column Projection"): columns of a file are found by field id, or by name mapping where the
 * file has no ids, at every level of nesting; types are widened; what is missing has a constant or its default or is null.
 */

/** How fields are found among a file's columns: by id when `mapping` is undefined. */
type Mapping = readonly MappedField[] | undefined

function findColumn(
  field: NestedField,
  columns: readonly ParquetColumn[],
  mapping: Mapping,
): { column: ParquetColumn; mapped?: MappedField } | undefined {
  if (!mapping) {
    const column = columns.find((candidate) => candidate.fieldId === field.id)
    return column && { column }
  }
  const mapped = mapping.find((candidate) => candidate.fieldId === field.id)
  const column = mapped && columns.find((candidate) => mapped.names.includes(candidate.name))
  return column && { column, mapped }
}

const innerMapping = (mapping: Mapping, mapped: MappedField | undefined): Mapping =>
  mapping && (mapped?.fields ?? [])

/** The mapping of a list's element or a map's key or value, which are mapped by name like fields of a struct. */
const itemMapping = (mapping: Mapping, name: string): Mapping =>
  mapping && (mapping.find((candidate) => candidate.names.includes(name))?.fields ?? [])

function castPrimitive(type: PrimitiveType, column: ParquetColumn, access: string): string {
  const target = duckdbType(type)
  if (type === 'variant') {
    return `CASE WHEN ${access} IS NOT NULL THEN CAST(CAST(${access} AS JSON) AS VARCHAR) END`
  }
  if (isGeospatial(type)) return `ST_AsWKB(${access})`
  if (column.type === target) return access
  // Writers without logical types store text and UUIDs as plain bytes.
  if (column.type === 'BLOB' && target === 'VARCHAR') return `decode(${access})`
  if (column.type === 'BLOB' && target === 'UUID') return `CAST(hex(${access}) AS UUID)`
  return `CAST(${access} AS ${target})`
}

/** The element of a list: older writers put it directly below the list, without a group around it. */
function elementOf(column: ParquetColumn): ParquetColumn | undefined {
  const repeated = column.children[0]
  if (!repeated) return undefined
  const wrapped =
    repeated.children.length === 1 && repeated.name !== 'array' && !repeated.name.endsWith('_tuple')
  return wrapped ? repeated.children[0] : repeated
}

/** SQL for a value of a type out of a file's column, which is `access` in SQL; `access` itself where nothing changes. */
function valueSql(
  type: IcebergType,
  column: ParquetColumn,
  access: string,
  mapping: Mapping,
  depth: number,
): string {
  if (isPrimitive(type)) return castPrimitive(type, column, access)
  const item = `item${depth}`
  if (type.type === 'struct') {
    const values = type.fields.map((field) => fieldSql(field, column.children, access, mapping, depth))
    const unchanged =
      type.fields.length === column.children.length &&
      type.fields.every(
        (field, index) =>
          column.children[index]?.name === field.name && values[index] === extract(access, field.name),
      )
    if (unchanged) return access
    const packed = type.fields.map((field, index) => `${sqlIdentifier(field.name)} := ${values[index]}`)
    return `CASE WHEN ${access} IS NULL THEN NULL ELSE struct_pack(${packed.join(', ')}) END`
  }
  if (type.type === 'list') {
    const element = elementOf(column)
    if (!element) throw notNested(column, 'list')
    const value = valueSql(type.element, element, item, itemMapping(mapping, 'element'), depth + 1)
    return value === item ? access : `list_transform(${access}, lambda ${item}: ${value})`
  }
  const [keyColumn, valueColumn] = column.children[0]?.children ?? []
  if (!keyColumn || !valueColumn) throw notNested(column, 'map')
  const key = valueSql(type.key, keyColumn, `${item}.key`, itemMapping(mapping, 'key'), depth + 1)
  const value = valueSql(type.value, valueColumn, `${item}.value`, itemMapping(mapping, 'value'), depth + 1)
  if (key === `${item}.key` && value === `${item}.value`) return access
  const entries = `list_transform(map_entries(${access}), lambda ${item}: struct_pack(k := ${key}, v := ${value}))`
  return `CASE WHEN ${access} IS NULL THEN NULL ELSE map_from_entries(${entries}) END`
}

const notNested = (column: ParquetColumn, kind: string): AppError =>
  new AppError(
    'corrupt',
    `The column ${column.name} of a data file is no ${kind}, as the table's schema says.`,
  )

const extract = (struct: string, name: string): string => `struct_extract(${struct}, ${sqlString(name)})`

function missingSql(field: NestedField): string {
  const { type, initialDefault } = field
  if (initialDefault === undefined) return `CAST(NULL AS ${duckdbType(type)})`
  if (isPrimitive(type)) return literalSql(type, initialDefault as PrimitiveValue)
  throw new AppError(
    'bad-input',
    `The column ${field.name} has a default of a nested type, which Firn does not read. Rewrite the older files with another engine.`,
  )
}

/** A field of a struct, or a top-level column when `struct` is undefined. */
function fieldSql(
  field: NestedField,
  columns: readonly ParquetColumn[],
  struct: string | undefined,
  mapping: Mapping,
  depth: number,
): string {
  const found = findColumn(field, columns, mapping)
  if (!found) return missingSql(field)
  const { column, mapped } = found
  const access = struct === undefined ? sqlIdentifier(column.name) : extract(struct, column.name)
  return valueSql(field.type, column, access, innerMapping(mapping, mapped), depth)
}

/** Whether a file has a top-level column for a field. */
export const hasColumn = (field: NestedField, layout: ParquetLayout, mapping: Mapping): boolean =>
  findColumn(field, layout.columns, layout.hasFieldIds ? undefined : mapping) !== undefined

/**
 * SQL for a top-level column out of files of one layout.
 * @throws AppError `bad-input` for files without field ids in a table without name mapping, `corrupt` for a nested column
 *   of another kind
 */
export function projectColumn(field: NestedField, layout: ParquetLayout, mapping: Mapping): string {
  if (layout.hasFieldIds) return fieldSql(field, layout.columns, undefined, undefined, 0)
  if (mapping) return fieldSql(field, layout.columns, undefined, mapping, 0)
  throw new AppError(
    'bad-input',
    `The data file ${layout.paths[0]} has no field ids and the table no name mapping, so that its columns cannot be told. Set the table property schema.name-mapping.default.`,
    { context: { path: layout.paths[0] } },
  )
}
