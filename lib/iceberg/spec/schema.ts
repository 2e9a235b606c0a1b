import { innerFields } from './schema-tree.ts'
import type { IcebergType, NestedField } from './types.ts'

export interface Schema {
  schemaId: number
  fields: NestedField[]
  identifierFieldIds?: number[]
}

/** A field with its place in the schema: `name` is the full name, levels joined by dots (`page.url`, `tags.element`). */
export interface SchemaField {
  id: number
  name: string
  type: IcebergType
  required: boolean
}

const indexes = new WeakMap<Schema, { byId: Map<number, SchemaField>; byName: Map<string, SchemaField> }>()

function* fieldsOf(type: IcebergType, prefix: string): Generator<SchemaField> {
  for (const field of innerFields(type)) {
    const name = prefix + field.name
    yield { id: field.id, name, type: field.type, required: field.required }
    yield* fieldsOf(field.type, `${name}.`)
  }
}

function indexOf(schema: Schema) {
  let index = indexes.get(schema)
  if (!index) {
    index = { byId: new Map(), byName: new Map() }
    for (const field of fieldsOf({ type: 'struct', fields: schema.fields }, '')) {
      index.byId.set(field.id, field)
      index.byName.set(field.name, field)
    }
    indexes.set(schema, index)
  }
  return index
}

/** Walks a schema's fields, nested ones too, in order; ids and names that are there twice come twice. */
export const eachField = (schema: Schema): Iterable<SchemaField> =>
  fieldsOf({ type: 'struct', fields: schema.fields }, '')

/** All fields of a schema, nested ones too, in order. */
export const allFields = (schema: Schema): SchemaField[] => [...indexOf(schema).byId.values()]

/** The field with an id, at any depth. */
export const findFieldById = (schema: Schema, id: number): SchemaField | undefined =>
  indexOf(schema).byId.get(id)

/** The field with a full name (`page.url`). */
export const findFieldByName = (schema: Schema, name: string): SchemaField | undefined =>
  indexOf(schema).byName.get(name)

/** The highest field id in use, 0 for an empty schema. */
export const highestFieldId = (schema: Schema): number =>
  allFields(schema).reduce((highest, field) => Math.max(highest, field.id), 0)
