import { partitionFieldName } from '#lib/iceberg/actions/update-partition-spec.ts'
import type { Transform } from '#lib/iceberg/spec/partition-spec.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { findFieldById } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { isUnknownTransform, transformParts } from '#lib/iceberg/spec/transform.ts'
import { decimalParameters, type PrimitiveType } from '#lib/iceberg/spec/types.ts'

/** Statements that make a table like one that is there, in one dialect. */
export interface Ddl {
  sql: string
  /** What the dialect cannot say, so that the table it makes would differ. */
  notes: string[]
}

/** A table by its levels: catalog, namespace, name. */
export type TableName = readonly string[]

export interface DdlTable {
  name: TableName
  metadata: TableMetadata
}

/** A transform of a column as a dialect writes it, with the name of its partition field. */
export interface DdlTransform {
  kind: string
  width: number
  /** Full name of the source column. */
  column: string
  /** The partition field has another name than writers give it by themselves. */
  named: string | null
}

/** Collects what a dialect cannot say; the same is said once. */
export class Notes {
  readonly all: string[] = []

  add(note: string): void {
    if (!this.all.includes(note)) this.all.push(note)
  }
}

const columnOf = (schema: Schema, id: number, notes: Notes, what: string): string | undefined => {
  const column = findFieldById(schema, id)?.name
  if (column === undefined) notes.add(`${what} is made from a column that the current schema does not have.`)
  return column
}

function known(transform: Transform, notes: Notes): boolean {
  if (!isUnknownTransform(transform)) return true
  notes.add(`The transform ${transform} is not known here and was left out.`)
  return false
}

/** The fields of the current partition spec; void ones, which partition by nothing any more, are left out. */
export function partitionTransforms(metadata: TableMetadata, notes: Notes): DdlTransform[] {
  const schema = currentSchema(metadata)
  return defaultSpec(metadata).fields.flatMap(({ transform, sourceId, name }) => {
    if (transform === 'void' || !known(transform, notes)) return []
    const column = columnOf(schema, sourceId, notes, `The partition field ${name}`)
    if (column === undefined) return []
    const named = name === partitionFieldName(column, transform) ? null : name
    return [{ ...transformParts(transform), column, named }]
  })
}

export interface DdlOrder extends Omit<DdlTransform, 'named'> {
  direction: 'ASC' | 'DESC'
  nulls: 'NULLS FIRST' | 'NULLS LAST'
}

/** The fields of the current sort order. */
export function orderTransforms(metadata: TableMetadata, notes: Notes): DdlOrder[] {
  const schema = currentSchema(metadata)
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  return (order?.fields ?? []).flatMap(({ transform, sourceId, direction, nullOrder }) => {
    if (!known(transform, notes)) return []
    const column = columnOf(schema, sourceId, notes, 'A field of the sort order')
    if (column === undefined) return []
    return [
      {
        ...transformParts(transform),
        column,
        direction: direction === 'asc' ? ('ASC' as const) : ('DESC' as const),
        nulls: nullOrder === 'nulls-first' ? ('NULLS FIRST' as const) : ('NULLS LAST' as const),
      },
    ]
  })
}

/** Properties in order of their names. */
export const sortedProperties = ({ properties }: TableMetadata): [string, string][] =>
  Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))

/** Defaults of columns have no words in either dialect. */
export function noteDefaults(schema: Schema, notes: Notes): void {
  const names = schema.fields.filter((field) => field.writeDefault !== undefined).map(({ name }) => name)
  if (names.length > 0) notes.add(`Defaults of columns are left out: ${names.join(', ')}.`)
}

/** A dialect's names of primitive types; `bytes` and `text` stand in for what it has no name for. */
export interface PrimitiveNames {
  engine: string
  known: Partial<Record<PrimitiveType, string>>
  bytes: string
  text: string
}

/** A primitive type in a dialect; a note says where another type stands in its place. */
export function primitiveSql(type: PrimitiveType, names: PrimitiveNames, notes: Notes): string {
  const decimal = decimalParameters(type)
  if (decimal) return `DECIMAL(${decimal.precision}, ${decimal.scale})`
  const known = names.known[type]
  if (known) return known
  const substitute = type.startsWith('fixed') ? names.bytes : names.text
  notes.add(`${names.engine} cannot create columns of type ${type}: ${substitute} stands in their place.`)
  return substitute
}
