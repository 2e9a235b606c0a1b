import type { Schema } from './schema.ts'
import type { IcebergType, NestedField } from './types.ts'

/**
 * A schema with new field ids: all fields of a level before those inside them, as Iceberg's own implementation numbers
 * them, so that the same columns get the same ids wherever a table is made.
 * @returns the schema with the ids that `nextId` gave, and the new id by the old one
 */
export function assignFreshIds(
  schema: Schema,
  nextId: () => number,
): { schema: Schema; ids: ReadonlyMap<number, number> } {
  const ids = new Map<number, number>()
  const renumber = (id: number): number => {
    const next = nextId()
    ids.set(id, next)
    return next
  }
  const fieldsOf = (fields: readonly NestedField[]): NestedField[] =>
    fields
      .map((field) => ({ ...field, id: renumber(field.id) }))
      .map((field) => ({ ...field, type: typeOf(field.type) }))
  const typeOf = (type: IcebergType): IcebergType => {
    if (typeof type === 'string') return type
    if (type.type === 'struct') return { type: 'struct', fields: fieldsOf(type.fields) }
    if (type.type === 'list') {
      const elementId = renumber(type.elementId)
      return { ...type, elementId, element: typeOf(type.element) }
    }
    const [keyId, valueId] = [renumber(type.keyId), renumber(type.valueId)]
    return { ...type, keyId, key: typeOf(type.key), valueId, value: typeOf(type.value) }
  }
  const fresh: Schema = { schemaId: schema.schemaId, fields: fieldsOf(schema.fields) }
  if (schema.identifierFieldIds) {
    fresh.identifierFieldIds = schema.identifierFieldIds.map((id) => ids.get(id) ?? id)
  }
  return { schema: fresh, ids }
}
