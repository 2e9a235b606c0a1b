import { AppError } from '../../errors.ts'
import { assignFreshIds } from '../spec/fresh-ids.ts'
import { isPromotion } from '../spec/promote-type.ts'
import { allFields, findFieldById, findFieldByName, type Schema } from '../spec/schema.ts'
import { editFields, pathToField } from '../spec/schema-tree.ts'
import {
  type DefaultValue,
  type IcebergType,
  isPrimitive,
  type NestedField,
  type PrimitiveType,
} from '../spec/types.ts'

/** Where a field goes among its siblings, which are given by their full names. */
export type FieldPosition = 'first' | 'last' | { before: string } | { after: string }

/** One step of a schema's evolution. Columns are given by their full names (`page.url`, `tags.element`). */
export type SchemaChange =
  | {
      change: 'add-column'
      /** A struct, or a list or map of structs. Default: the table itself. */
      parent?: string
      name: string
      /** Ids inside it only tell its fields apart. */
      type: IcebergType
      required?: boolean
      doc?: string
      /** Value of the rows that are there already, and of writers that do not give one (format version 3). */
      default?: DefaultValue
      position?: FieldPosition
    }
  | { change: 'drop-column'; column: string }
  | { change: 'rename-column'; column: string; name: string }
  | { change: 'move-column'; column: string; position: FieldPosition }
  | { change: 'widen-column'; column: string; type: PrimitiveType }
  | { change: 'set-required'; column: string; required: boolean }
  | { change: 'set-doc'; column: string; doc: string | null }
  /** Of writers from now on; rows that are there keep theirs (format version 3). */
  | { change: 'set-default'; column: string; value: DefaultValue | null }
  /** Columns that tell rows apart, for upserts. */
  | { change: 'set-identifier-fields'; columns: string[] }

export interface EvolvedSchema {
  schema: Schema
  lastColumnId: number
}

const refuse = (message: string): AppError => new AppError('bad-input', message)

/**
 * A schema after some steps, one after another. Ids stay with their fields, whatever their names and places become.
 * @throws AppError `bad-input` with the reason when a step would make existing rows unreadable or wrong
 */
export const evolveSchema = (
  start: EvolvedSchema,
  changes: readonly SchemaChange[],
  formatVersion: number,
): EvolvedSchema => changes.reduce((current, change) => applyChange(current, change, formatVersion), start)

function fieldNamed(schema: Schema, name: string): NestedField {
  const found = findFieldByName(schema, name)
  const field = found && pathToField(schema.fields, found.id)?.at(-1)
  if (field) return field
  throw refuse(
    `There is no column "${name}". The table has: ${schema.fields.map((one) => one.name).join(', ')}.`,
  )
}

const withFields = (current: EvolvedSchema, fields: NestedField[]): EvolvedSchema => ({
  ...current,
  schema: { ...current.schema, fields },
})

const replaceField = (
  current: EvolvedSchema,
  id: number,
  edit: (field: NestedField) => NestedField,
): EvolvedSchema =>
  withFields(
    current,
    editFields(current.schema.fields, { field: (field) => (field.id === id ? edit(field) : field) }),
  )

/** Keys are compared as a whole, so that what they are made of cannot change. */
function refuseInMapKey(schema: Schema, field: NestedField, name: string): void {
  const path = pathToField(schema.fields, field.id) ?? []
  const inKey = path.some(
    (one, index) =>
      typeof one.type === 'object' && one.type.type === 'map' && path[index + 1]?.id === one.type.keyId,
  )
  if (inKey) throw refuse(`"${name}" is part of a map's key, which cannot change.`)
}

function refuseName(siblings: readonly NestedField[], name: string): void {
  if (name === '') throw refuse('A column needs a name.')
  if (name.includes('.')) {
    throw refuse(`"${name}" cannot be a column's name: dots separate the levels of nested columns.`)
  }
  if (siblings.some((sibling) => sibling.name === name)) {
    throw refuse(`There is a column "${name}" already. Choose another name.`)
  }
}

function applyChange(current: EvolvedSchema, change: SchemaChange, formatVersion: number): EvolvedSchema {
  const { schema } = current
  if (change.change === 'add-column') return addColumn(current, change, formatVersion)
  if (change.change === 'set-identifier-fields') return setIdentifierFields(current, change.columns)
  const name = change.column
  const field = fieldNamed(schema, name)
  if (change.change !== 'set-doc') refuseInMapKey(schema, field, name)
  switch (change.change) {
    case 'drop-column':
      return dropColumn(current, field, name)
    case 'rename-column': {
      const path = pathToField(schema.fields, field.id) ?? []
      const siblings = siblingsOf(schema, path, name)
      if (change.name === field.name) return current
      refuseName(siblings, change.name)
      return replaceField(current, field.id, (one) => ({ ...one, name: change.name }))
    }
    case 'move-column':
      return moveColumn(current, field, name, change.position)
    case 'widen-column':
      if (field.type === change.type) return current
      if (!isPromotion(field.type, change.type)) {
        throw refuse(
          `"${name}" cannot become ${change.type} from ${typeof field.type === 'string' ? field.type : field.type.type}: existing values would not fit. Possible are int to long, float to double, and a decimal of higher precision and the same scale.`,
        )
      }
      return replaceField(current, field.id, (one) => ({ ...one, type: change.type }))
    case 'set-required':
      return setRequired(current, field, name, change.required)
    case 'set-doc':
      return replaceField(current, field.id, ({ doc: _, ...one }) =>
        change.doc === null ? one : { ...one, doc: change.doc },
      )
    case 'set-default': {
      if (formatVersion < 3) throw refuse(needsVersion3(name, formatVersion))
      if (change.value === null && field.required && field.initialDefault !== undefined) {
        throw refuse(`"${name}" is required and lives by its default, which can be changed but not removed.`)
      }
      const { value } = change
      return replaceField(current, field.id, ({ writeDefault: _, ...one }) =>
        value === null ? one : { ...one, writeDefault: value },
      )
    }
  }
}

const needsVersion3 = (name: string, formatVersion: number): string =>
  `"${name}" cannot have a default value: that needs format version 3, the table has ${formatVersion}. Upgrade it first.`

/** The fields of the struct a field is in, without itself. */
function siblingsOf(schema: Schema, path: readonly NestedField[], name: string): NestedField[] {
  const field = path.at(-1)
  const parent = path.at(-2)
  if (parent && (typeof parent.type === 'string' || parent.type.type !== 'struct')) {
    throw refuse(
      `"${name}" is not a column but a part of the ${typeof parent.type === 'string' ? '' : parent.type.type} "${parent.name}"; it has no name or place of its own.`,
    )
  }
  const fields =
    parent && typeof parent.type === 'object' && parent.type.type === 'struct'
      ? parent.type.fields
      : schema.fields
  return fields.filter((sibling) => sibling.id !== field?.id)
}

function addColumn(
  current: EvolvedSchema,
  change: Extract<SchemaChange, { change: 'add-column' }>,
  formatVersion: number,
): EvolvedSchema {
  const { schema } = current
  const parent = change.parent === undefined ? null : structOf(schema, change.parent)
  const siblings = parent ? parent.fields : schema.fields
  refuseName(siblings, change.name)
  const { required = false, default: value } = change
  const fullName = change.parent === undefined ? change.name : `${change.parent}.${change.name}`
  if (value !== undefined && formatVersion < 3) throw refuse(needsVersion3(fullName, formatVersion))
  if (required && value === undefined) {
    throw refuse(
      `"${fullName}" cannot be added as required without a default: the rows that are there have no value for it. Add it as optional, or give a default (format version 3).`,
    )
  }
  let { lastColumnId } = current
  const fresh = assignFreshIds(
    { schemaId: 0, fields: [{ id: 0, name: change.name, required, type: change.type }] },
    () => {
      lastColumnId += 1
      return lastColumnId
    },
  )
  const [renumbered] = fresh.schema.fields
  if (!renumbered) return current
  const field: NestedField = { ...renumbered }
  if (change.doc !== undefined) field.doc = change.doc
  if (value !== undefined) Object.assign(field, { initialDefault: value, writeDefault: value })
  const added = {
    ...withFields(
      current,
      editFields(schema.fields, {
        fields: (fields, parentId) => (parentId === (parent?.id ?? null) ? [...fields, field] : fields),
      }),
    ),
    lastColumnId,
  }
  return change.position === undefined || change.position === 'last'
    ? added
    : moveColumn(added, field, fullName, change.position)
}

/** The struct that fields are added to by a column's name: its own, or that of a list's elements or a map's values. */
function structOf(schema: Schema, name: string): { id: number; fields: NestedField[] } {
  const field = fieldNamed(schema, name)
  refuseInMapKey(schema, field, name)
  let { id, type } = field
  if (typeof type === 'object' && type.type === 'list') [id, type] = [type.elementId, type.element]
  else if (typeof type === 'object' && type.type === 'map') [id, type] = [type.valueId, type.value]
  if (typeof type === 'object' && type.type === 'struct') return { id, fields: type.fields }
  throw refuse(`Columns cannot be added to "${name}", which is not a struct.`)
}

function dropColumn(current: EvolvedSchema, field: NestedField, name: string): EvolvedSchema {
  const { schema } = current
  const path = pathToField(schema.fields, field.id) ?? []
  if (siblingsOf(schema, path, name).length === 0) {
    throw refuse(`"${name}" is the only column there and cannot be dropped.`)
  }
  for (const id of schema.identifierFieldIds ?? []) {
    if (!pathToField(schema.fields, id)?.some((one) => one.id === field.id)) continue
    throw refuse(
      `"${name}" cannot be dropped: the identifier field "${findFieldById(schema, id)?.name}" would go with it. Change the identifier fields first.`,
    )
  }
  return withFields(
    current,
    editFields(schema.fields, { fields: (fields) => fields.filter((one) => one.id !== field.id) }),
  )
}

function moveColumn(
  current: EvolvedSchema,
  field: NestedField,
  name: string,
  position: FieldPosition,
): EvolvedSchema {
  const { schema } = current
  const siblings = siblingsOf(schema, pathToField(schema.fields, field.id) ?? [], name)
  const place = (): number => {
    if (position === 'first') return 0
    if (position === 'last') return siblings.length
    const other = 'before' in position ? position.before : position.after
    const index = siblings.findIndex((sibling) => sibling.id === fieldNamed(schema, other).id)
    if (index < 0)
      throw refuse(`"${name}" cannot be moved next to "${other}", which is not in the same struct.`)
    return 'before' in position ? index : index + 1
  }
  const moved = siblings.toSpliced(place(), 0, field)
  return withFields(
    current,
    editFields(schema.fields, {
      fields: (fields) => (fields.some((one) => one.id === field.id) ? moved : fields),
    }),
  )
}

function setRequired(
  current: EvolvedSchema,
  field: NestedField,
  name: string,
  required: boolean,
): EvolvedSchema {
  if (field.required === required) return current
  if (required) {
    throw refuse(`"${name}" cannot become required: rows may have no value for it already.`)
  }
  for (const id of current.schema.identifierFieldIds ?? []) {
    if (!pathToField(current.schema.fields, id)?.some((one) => one.id === field.id)) continue
    throw refuse(`"${name}" cannot become optional: identifier fields are required.`)
  }
  return replaceField(current, field.id, (one) => ({ ...one, required }))
}

function setIdentifierFields(current: EvolvedSchema, columns: readonly string[]): EvolvedSchema {
  const { schema } = current
  const ids = columns.map((name) => {
    const { id, type } = fieldNamed(schema, name)
    const reason = (text: string) => refuse(`"${name}" cannot be an identifier field: ${text}.`)
    if (!isPrimitive(type)) throw reason('it is not of a primitive type')
    if (type === 'float' || type === 'double') throw reason('floating-point numbers are not compared exactly')
    for (const one of pathToField(schema.fields, id) ?? []) {
      if (!one.required) throw reason(`"${one.name}" is optional`)
      if (one.id !== id && typeof one.type === 'object' && one.type.type !== 'struct') {
        throw reason(`it is inside a ${one.type.type}`)
      }
    }
    return id
  })
  const { identifierFieldIds: _, ...rest } = schema
  return {
    ...current,
    schema: ids.length > 0 ? { ...rest, identifierFieldIds: [...new Set(ids)].sort((a, b) => a - b) } : rest,
  }
}

/** Full names of the columns that have another name after a change, and of those that are gone. */
export function columnRenames(before: Schema, after: Schema): { from: string; to: string | null }[] {
  return allFields(before)
    .map((field) => ({ from: field.name, to: findFieldById(after, field.id)?.name ?? null }))
    .filter(({ from, to }) => from !== to)
}
