import type { PolicyDetail } from '#lib/api/maintenance-policies.ts'
import type { Database } from '#lib/db.ts'
import { defaultPolicy } from './default-policy.ts'
import { effectivePolicy } from './effective-policy.ts'
import { loadLayers } from './load-policy.ts'
import { policyFields } from './policy-fields.ts'
import { type PolicyScope, scopeName } from './policy-scope.ts'
import { presetValues } from './presets.ts'

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A scope's policy: what counts for each field and where it comes from, and what would count without the scope's own word. */
export async function policyDetail(db: Database, scope: PolicyScope): Promise<PolicyDetail> {
  const { catalogId, levels, tableId, place, properties } = scope
  const layers = await loadLayers(db, { catalogId, levels, ...(tableId === null ? {} : { tableId }) })
  const above = layers.filter((layer) => !isSame(layer.place, place))
  const own = layers.find((layer) => isSame(layer.place, place))
  const effective = effectivePolicy(defaultPolicy(), layers, properties)
  const inherited = effectivePolicy(defaultPolicy(), above)
  return {
    ...scopeName(scope),
    preset: own?.preset ?? null,
    overrides: own?.overrides ?? {},
    fields: policyFields.map((field) => ({
      field,
      value: effective.fields[field].value,
      origin: effective.fields[field].origin,
      inherited: inherited.fields[field].value,
      inheritedFrom: inherited.fields[field].origin,
    })),
    problems: effective.problems,
    presets: presetValues,
  }
}
