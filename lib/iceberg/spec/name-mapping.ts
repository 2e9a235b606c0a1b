import { z } from 'zod'
import type { Schema } from './schema.ts'
import { innerFields, pathToField } from './schema-tree.ts'
import { SpecError } from './spec-error.ts'
import type { NestedField } from './types.ts'

/**
 * Name mappings (spec: "Name Mapping Serialization"): which field the columns of data files without field ids are, by
 * the names they may have.
 */
export interface MappedField {
  /** Absent: a name that must be ignored. */
  fieldId?: number
  names: string[]
  fields?: MappedField[]
}

export type NameMapping = readonly MappedField[]

/** Table property that holds the mapping. */
export const nameMappingProperty = 'schema.name-mapping.default'

const MappedFieldJson: z.ZodType<MappedField> = z.lazy(() =>
  z
    .object({
      'field-id': z.int().optional(),
      names: z.array(z.string()),
      fields: z.array(MappedFieldJson).optional(),
    })
    .transform((json): MappedField => {
      const field: MappedField = { names: json.names }
      if (json['field-id'] !== undefined) field.fieldId = json['field-id']
      if (json.fields) field.fields = json.fields
      return field
    }),
)

/** Reads a mapping's JSON text. @throws SpecError when it is none. */
export function parseNameMapping(text: string): MappedField[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new SpecError(`The property ${nameMappingProperty} is not JSON.`, { cause })
  }
  const parsed = z.array(MappedFieldJson).safeParse(json)
  if (parsed.success) return parsed.data
  throw new SpecError(`The property ${nameMappingProperty} is not valid: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  })
}

const mappedToJson = (field: MappedField): Record<string, unknown> => ({
  ...(field.fieldId === undefined ? {} : { 'field-id': field.fieldId }),
  names: field.names,
  ...(field.fields ? { fields: field.fields.map(mappedToJson) } : {}),
})

export const nameMappingToText = (mapping: readonly MappedField[]): string =>
  JSON.stringify(mapping.map(mappedToJson))

function mapFields(fields: readonly NestedField[]): MappedField[] {
  return fields.map((field) => {
    const inner = mapFields(innerFields(field.type))
    return { fieldId: field.id, names: [field.name], ...(inner.length > 0 ? { fields: inner } : {}) }
  })
}

/** The mapping of a schema's own names. */
export const nameMappingOf = (schema: Schema): MappedField[] => mapFields(schema.fields)

/**
 * A mapping after a schema has become another: new columns are added, renamed ones get their new name besides the old
 * ones, and a name that a column was given belongs to no other any more. Dropped columns stay, so that their names do
 * not come to mean something else in old files.
 */
export function updateNameMapping(
  mapping: readonly MappedField[],
  before: Schema,
  after: Schema,
): MappedField[] {
  const update = (mapped: readonly MappedField[], fields: readonly NestedField[]): MappedField[] => {
    /** Names that were given to a field by this change. */
    const given = new Map<string, number>()
    for (const field of fields) {
      if (pathToField(before.fields, field.id)?.at(-1)?.name !== field.name) given.set(field.name, field.id)
    }
    const byId = new Map(fields.map((field) => [field.id, field]))
    const kept = mapped.map((one): MappedField => {
      const names = one.names.filter((name) => {
        const owner = given.get(name)
        return owner === undefined || owner === one.fieldId
      })
      const field = one.fieldId === undefined ? undefined : byId.get(one.fieldId)
      if (!field) return { ...one, names }
      const inner = update(one.fields ?? [], innerFields(field.type))
      const added = given.get(field.name) === field.id && !names.includes(field.name) ? [field.name] : []
      return {
        ...one,
        names: [...names, ...added],
        ...(inner.length > 0 ? { fields: inner } : {}),
      }
    })
    const known = new Set(mapped.map((one) => one.fieldId))
    const isNew = (field: NestedField) =>
      !known.has(field.id) && pathToField(before.fields, field.id) === null
    return [...kept, ...mapFields(fields.filter(isNew))]
  }
  return update(mapping, after.fields)
}
