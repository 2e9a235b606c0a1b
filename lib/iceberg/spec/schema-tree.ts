import type { IcebergType, NestedField } from './types.ts'

export interface TreeEdit {
  /** Gives the field that takes a field's place. Also called for list elements and map keys and values. */
  field?: (field: NestedField) => NestedField
  /** Gives the fields that take a struct's place; `parentId` is the struct field's id, null for the table's columns. */
  fields?: (fields: NestedField[], parentId: number | null) => NestedField[]
}

/** A copy of a tree of fields, edited from the leaves upward. */
export function editFields(
  fields: readonly NestedField[],
  edit: TreeEdit,
  parentId: number | null = null,
): NestedField[] {
  const edited = fields.map((field) => editField(field, edit))
  return edit.fields?.(edited, parentId) ?? edited
}

function editField(field: NestedField, edit: TreeEdit): NestedField {
  const same = { ...field, type: editType(field.type, field.id, edit) }
  return edit.field?.(same) ?? same
}

function editType(type: IcebergType, ownerId: number, edit: TreeEdit): IcebergType {
  if (typeof type === 'string') return type
  if (type.type === 'struct') return { type: 'struct', fields: editFields(type.fields, edit, ownerId) }
  if (type.type === 'list') {
    const [element] = innerFields(type).map((field) => editField(field, edit))
    return element ? { ...type, element: element.type, elementRequired: element.required } : type
  }
  const [key, value] = innerFields(type).map((field) => editField(field, edit))
  return key && value ? { ...type, key: key.type, value: value.type, valueRequired: value.required } : type
}

/** The fields directly inside a type; a list's element, and a map's key and value, are fields with these names. */
export function innerFields(type: IcebergType): NestedField[] {
  if (typeof type === 'string') return []
  if (type.type === 'struct') return type.fields
  if (type.type === 'list') {
    return [{ id: type.elementId, name: 'element', required: type.elementRequired, type: type.element }]
  }
  return [
    { id: type.keyId, name: 'key', required: true, type: type.key },
    { id: type.valueId, name: 'value', required: type.valueRequired, type: type.value },
  ]
}

/** The fields on the way from a column down to the field with an id, the field itself last; null when there is none. */
export function pathToField(fields: readonly NestedField[], id: number): NestedField[] | null {
  for (const field of fields) {
    if (field.id === id) return [field]
    const rest = pathToField(innerFields(field.type), id)
    if (rest) return [field, ...rest]
  }
  return null
}
