import { z } from 'zod'
import {
  leastOrphanAgeMs,
  type PolicyField,
  type PolicyOverrides,
  type PolicyValues,
  policyFields,
} from './policy-fields.ts'
import { type PolicyPreset, policyPresets, presetValues } from './presets.ts'
import { propertyValues } from './table-properties.ts'

/** Where something is said: the catalog, a namespace (nested ones have several levels), the table. */
export const PolicyPlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('catalog') }),
  z.object({ kind: z.literal('namespace'), levels: z.array(z.string()) }),
  z.object({ kind: z.literal('table') }),
])
export type PolicyPlace = z.infer<typeof PolicyPlaceSchema>

/** Where an effective value comes from. */
export const PolicyOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default') }),
  z.object({ kind: z.literal('preset'), preset: z.enum(policyPresets), at: PolicyPlaceSchema }),
  ...PolicyPlaceSchema.options,
  z.object({ kind: z.literal('table-property'), property: z.string() }),
])
export type PolicyOrigin = z.infer<typeof PolicyOriginSchema>

/** What one scope says. */
export interface PolicyLayer {
  place: PolicyPlace
  preset: PolicyPreset | null
  overrides: PolicyOverrides
}

/** A table property that can't be used: the value below it counts, and the actions it concerns do not start by themselves. */
export interface PropertyProblem {
  property: string
  field: PolicyField
  message: string
}

export type EffectiveFields = {
  [Field in PolicyField]: { value: PolicyValues[Field]; origin: PolicyOrigin }
}

export interface EffectivePolicy {
  fields: EffectiveFields
  problems: PropertyProblem[]
}

/**
 * The policy that counts. Layers come from the outermost to the innermost; for each field the innermost that says
 * something counts, a scope's own word before its preset, and the table's properties before all.
 */
export function effectivePolicy(
  defaults: PolicyValues,
  layers: readonly PolicyLayer[],
  properties: Readonly<Record<string, string>> = {},
): EffectivePolicy {
  const fields: Record<string, { value: unknown; origin: PolicyOrigin }> = {}
  const say = (values: PolicyOverrides, origin: PolicyOrigin) => {
    for (const field of policyFields) {
      if (values[field] !== undefined) fields[field] = { value: values[field], origin }
    }
  }
  say(defaults, { kind: 'default' })
  for (const { place, preset, overrides } of layers) {
    if (preset) say(presetValues[preset], { kind: 'preset', preset, at: place })
    say(overrides, place)
  }
  const { values, problems } = propertyValues(properties)
  for (const { field, property, value } of values) {
    fields[field] = { value, origin: { kind: 'table-property', property } }
  }
  const effective = fields as unknown as EffectiveFields
  // Allowed further out, and forbidden again nearer to the table: the nearer word counts.
  const { 'orphans.minAgeMs': age, 'orphans.allowUnder24h': allowed } = effective
  if (age.value < leastOrphanAgeMs && !allowed.value) {
    effective['orphans.minAgeMs'] = { value: leastOrphanAgeMs, origin: allowed.origin }
  }
  return { fields: effective, problems }
}

/** The values alone. */
export const valuesOf = ({ fields }: EffectivePolicy): PolicyValues =>
  Object.fromEntries(policyFields.map((field) => [field, fields[field].value])) as unknown as PolicyValues
