import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { findFieldById } from '#lib/iceberg/spec/schema.ts'
import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'
import type { IcebergType, NestedField, PrimitiveType } from '#lib/iceberg/spec/types.ts'
import {
  type Ddl,
  type DdlTable,
  Notes,
  noteDefaults,
  orderTransforms,
  type PrimitiveNames,
  partitionTransforms,
  primitiveSql,
  sortedProperties,
} from './ddl.ts'

/** Spark's own escapes: it reads a backslash inside a text. */
const text = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

/** Quoted, so that words of SQL and any letters may be names. */
const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
const column = (name: string): string => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : quoted(name))
/** A nested column by its path; the levels are those of the schema, whose names may have dots. */
const path = (schema: Schema, name: string): string => {
  const top = schema.fields.find((field) => field.name === name)
  return top ? column(name) : name.split('.').map(column).join('.')
}

/** Spark takes these for its own and refuses to be told. */
const reserved: ReadonlySet<string> = new Set([
  'external',
  'is_managed_location',
  'location',
  'owner',
  'provider',
])

const primitives: Partial<Record<PrimitiveType, string>> = {
  boolean: 'BOOLEAN',
  int: 'INT',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP_NTZ',
  timestamptz: 'TIMESTAMP',
  string: 'STRING',
  binary: 'BINARY',
  variant: 'VARIANT',
}

const names: PrimitiveNames = { engine: 'Spark', known: primitives, bytes: 'BINARY', text: 'STRING' }

function typeSql(type: IcebergType, notes: Notes): string {
  if (typeof type === 'string') return primitiveSql(type, names, notes)
  if (type.type === 'list') return `ARRAY<${typeSql(type.element, notes)}>`
  if (type.type === 'map') return `MAP<${typeSql(type.key, notes)}, ${typeSql(type.value, notes)}>`
  return `STRUCT<${type.fields.map((field) => fieldSql(field, notes, ': ')).join(', ')}>`
}

const fieldSql = ({ name, type, required, doc }: NestedField, notes: Notes, between: string): string =>
  [
    `${column(name)}${between}${typeSql(type, notes)}`,
    ...(required ? ['NOT NULL'] : []),
    ...(doc ? [`COMMENT ${text(doc)}`] : []),
  ].join(' ')

function transformSql(kind: string, width: number, name: string): string {
  if (kind === 'identity') return name
  return kind === 'bucket' || kind === 'truncate' ? `${kind}(${width}, ${name})` : `${kind}(${name})`
}

/**
 * Spark SQL that makes a table like this one: columns, partitions, format version and properties, then what its
 * `CREATE TABLE` has no words for: the sort order and the identifier fields. Its location is its own and left out.
 */
export function sparkDdl({ name, metadata }: DdlTable): Ddl {
  const notes = new Notes()
  const schema = currentSchema(metadata)
  const table = name.map(quoted).join('.')
  noteDefaults(schema, notes)
  const columns = schema.fields.map((field) => `  ${fieldSql(field, notes, ' ')}`)
  const partitions = partitionTransforms(metadata, notes)
  const plain = partitions.filter(({ named }) => named === null)
  const { comment } = metadata.properties
  const properties = [
    ['format-version', String(metadata.formatVersion)],
    ...sortedProperties(metadata).filter(([key]) => key !== 'comment' && !reserved.has(key)),
  ]
  const refused = Object.keys(metadata.properties).filter((key) => reserved.has(key))
  if (refused.length > 0) notes.add(`Spark sets these properties itself: ${refused.sort().join(', ')}.`)
  const create = [
    `CREATE TABLE ${table} (`,
    columns.join(',\n'),
    ')',
    'USING iceberg',
    // Named fields come by statements of their own; their order is kept by letting all after the first do so.
    ...(plain.length === partitions.length && plain.length > 0
      ? [
          `PARTITIONED BY (${plain.map((field) => transformSql(field.kind, field.width, path(schema, field.column))).join(', ')})`,
        ]
      : []),
    ...(comment === undefined ? [] : [`COMMENT ${text(comment)}`]),
    'TBLPROPERTIES (',
    properties.map(([key = '', value = '']) => `  ${text(key)} = ${text(value)}`).join(',\n'),
    ')',
  ].join('\n')
  const named =
    plain.length === partitions.length
      ? []
      : partitions.map(
          (field) =>
            `ALTER TABLE ${table} ADD PARTITION FIELD ${transformSql(field.kind, field.width, path(schema, field.column))}${field.named === null ? '' : ` AS ${column(field.named)}`}`,
        )
  const order = orderTransforms(metadata, notes).map(
    (field) =>
      `${transformSql(field.kind, field.width, path(schema, field.column))} ${field.direction} ${field.nulls}`,
  )
  const identifiers = (schema.identifierFieldIds ?? []).flatMap((id) => {
    const field = findFieldById(schema, id)
    return field ? [path(schema, field.name)] : []
  })
  const statements = [
    create,
    ...named,
    ...(order.length > 0 ? [`ALTER TABLE ${table} WRITE LOCALLY ORDERED BY ${order.join(', ')}`] : []),
    ...(identifiers.length > 0
      ? [`ALTER TABLE ${table} SET IDENTIFIER FIELDS ${identifiers.join(', ')}`]
      : []),
  ]
  return { sql: statements.map((statement) => `${statement};`).join('\n\n'), notes: notes.all }
}
