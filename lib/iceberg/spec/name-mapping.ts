import { z } from 'zod'
import { parseJson } from './json.ts'
import { SpecError } from './spec-error.ts'

/** Property of a table that holds its name mapping as JSON. */
export const nameMappingProperty = 'schema.name-mapping.default'

/** Which names stand for a field in data files without field ids (spec: "Column Projection", "Name Mapping Serialization"). */
export interface MappedField {
  /** Absent: the names are known, but stand for no field. */
  fieldId?: number
  names: string[]
  /** Fields of a struct, `element` of a list, `key` and `value` of a map. */
  fields: MappedField[]
}

export type NameMapping = readonly MappedField[]

const MappedFieldJson: z.ZodType<MappedField> = z.lazy(() =>
  z
    .object({
      'field-id': z.int().nullish(),
      names: z.array(z.string()),
      fields: z.array(MappedFieldJson).nullish(),
    })
    .transform((json): MappedField => {
      const mapped: MappedField = { names: json.names, fields: json.fields ?? [] }
      if (typeof json['field-id'] === 'number') mapped.fieldId = json['field-id']
      return mapped
    }),
)

/** Reads the JSON of the property `schema.name-mapping.default`. @throws SpecError when it is no name mapping */
export function parseNameMapping(text: string): NameMapping {
  let json: unknown
  try {
    json = parseJson(text)
  } catch (cause) {
    throw new SpecError(`The table property ${nameMappingProperty} is no JSON.`, { cause })
  }
  const parsed = z.array(MappedFieldJson).safeParse(json)
  if (parsed.success) return parsed.data
  throw new SpecError(
    `The table property ${nameMappingProperty} is no name mapping: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error },
  )
}
