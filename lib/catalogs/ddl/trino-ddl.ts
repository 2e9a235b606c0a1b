import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'
import type { IcebergType, PrimitiveType } from '#lib/iceberg/spec/types.ts'
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

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const column = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quoted(name))

const primitives: Partial<Record<PrimitiveType, string>> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  float: 'REAL',
  double: 'DOUBLE',
  date: 'DATE',
  time: 'TIME(6)',
  timestamp: 'TIMESTAMP(6)',
  timestamptz: 'TIMESTAMP(6) WITH TIME ZONE',
  string: 'VARCHAR',
  uuid: 'UUID',
  binary: 'VARBINARY',
}

const names: PrimitiveNames = { engine: 'Trino', known: primitives, bytes: 'VARBINARY', text: 'VARCHAR' }

function typeSql(type: IcebergType, notes: Notes): string {
  if (typeof type === 'string') return primitiveSql(type, names, notes)
  if (type.type === 'list') return `ARRAY(${typeSql(type.element, notes)})`
  if (type.type === 'map') return `MAP(${typeSql(type.key, notes)}, ${typeSql(type.value, notes)})`
  return `ROW(${type.fields.map((field) => `${column(field.name)} ${typeSql(field.type, notes)}`).join(', ')})`
}

function transformText(kind: string, width: number, name: string): string {
  if (kind === 'identity') return name
  return kind === 'bucket' || kind === 'truncate' ? `${kind}(${name}, ${width})` : `${kind}(${name})`
}

const list = (items: readonly string[]): string => `ARRAY[${items.map(text).join(', ')}]`

/** Properties that Trino has words of its own for. */
const ownProperties: ReadonlySet<string> = new Set([
  'comment',
  'write.data.path',
  'write.format.default',
  'write.object-storage.enabled',
])

/** Trino writes Zstandard unless its catalog says otherwise, so that the common case needs no extra property. */
const isDefault = (key: string, value: string): boolean =>
  key === 'write.parquet.compression-codec' && value === 'zstd'

/**
 * Trino SQL that makes a table like this one. Levels of a namespace below each other are one schema name there. Its
 * location is its own and left out.
 */
export function trinoDdl({ name, metadata }: DdlTable): Ddl {
  const notes = new Notes()
  const schema = currentSchema(metadata)
  const [catalog = '', ...rest] = name
  const table = [catalog, rest.slice(0, -1).join('.'), rest.at(-1) ?? ''].map(quoted).join('.')
  if (rest.length > 2)
    notes.add('Trino finds nested namespaces only with iceberg.rest-catalog.nested-namespace-enabled=true.')
  noteDefaults(schema, notes)
  const columns = schema.fields.map(({ name: called, type, required, doc }) =>
    [
      `  ${column(called)} ${typeSql(type, notes)}`,
      ...(required ? ['NOT NULL'] : []),
      ...(doc ? [`COMMENT ${text(doc)}`] : []),
    ].join(' '),
  )
  const partitions = partitionTransforms(metadata, notes)
  for (const { named } of partitions) {
    if (named !== null) notes.add(`Trino names partition fields itself: ${named} would get another name.`)
  }
  const order = orderTransforms(metadata, notes)
  const sortable = order.filter(({ kind }) => kind === 'identity')
  if (sortable.length < order.length)
    notes.add('Trino sorts by columns only: fields of the sort order with a transform are left out.')
  if ((schema.identifierFieldIds ?? []).length > 0) notes.add('Trino has no words for identifier fields.')
  const nested = [...partitions, ...sortable].filter(
    ({ column: source }) => !schema.fields.some((field) => field.name === source),
  )
  if (nested.length > 0) notes.add('Older versions of Trino do not partition and sort by nested columns.')
  const extra = sortedProperties(metadata).filter(
    ([key, value]) => !ownProperties.has(key) && !isDefault(key, value),
  )
  const dataPath = metadata.properties['write.data.path']
  const properties = [
    `format = ${text((metadata.properties['write.format.default'] ?? 'parquet').toUpperCase())}`,
    `format_version = ${metadata.formatVersion}`,
    ...(partitions.length > 0
      ? [
          `partitioning = ${list(partitions.map((field) => transformText(field.kind, field.width, column(field.column))))}`,
        ]
      : []),
    ...(sortable.length > 0
      ? [
          `sorted_by = ${list(sortable.map((field) => `${column(field.column)} ${field.direction} ${field.nulls}`))}`,
        ]
      : []),
    ...(metadata.properties['write.object-storage.enabled'] === 'true'
      ? ['object_store_layout_enabled = true']
      : []),
    ...(dataPath === undefined ? [] : [`data_location = ${text(dataPath)}`]),
    ...(extra.length > 0
      ? [
          `extra_properties = MAP(\n    ${list(extra.map(([key]) => key))},\n    ${list(extra.map(([, value]) => value))}\n  )`,
        ]
      : []),
  ]
  if (extra.length > 0) {
    notes.add('Trino takes extra_properties that iceberg.allowed-extra-properties of its catalog names.')
  }
  const comment = metadata.properties.comment
  const sql = [
    `CREATE TABLE ${table} (`,
    columns.join(',\n'),
    ')',
    ...(comment === undefined ? [] : [`COMMENT ${text(comment)}`]),
    'WITH (',
    properties.map((property) => `  ${property}`).join(',\n'),
    ');',
  ].join('\n')
  return { sql, notes: notes.all }
}
