import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { defaultPolicy } from './default-policy.ts'
import {
  type EffectivePolicy,
  effectivePolicy,
  type PolicyLayer,
  type PolicyPlace,
} from './effective-policy.ts'
import { PolicyOverridesSchema } from './policy-fields.ts'
import { type PolicyPreset, policyPresets } from './presets.ts'

/** A scope of policies by its row ids: the table, its namespace, its catalog. */
export interface PolicyScopeIds {
  catalogId: string
  /** levels of the namespace; empty for the catalog itself */
  levels: string[]
  tableId?: string
}

interface StoredPolicy {
  securableId: string
  preset: string | null
  overrides: unknown
}

/** A stored policy as it was checked when it was written. @throws AppError `corrupt` */
export function layerOf(place: PolicyPlace, { securableId, preset, overrides }: StoredPolicy): PolicyLayer {
  const parsed = PolicyOverridesSchema.safeParse(overrides)
  if (!parsed.success || !(preset === null || policyPresets.some((name) => name === preset))) {
    throw new AppError(
      'corrupt',
      `The maintenance policy of ${securableId} can't be read: ${parsed.error?.message ?? `unknown preset ${preset}`}. Save it again.`,
    )
  }
  return { place, preset: preset as PolicyPreset | null, overrides: parsed.data }
}

/** What the scopes above and of a namespace or table say, outermost first; scopes that say nothing are left out. */
export async function loadLayers(db: Database, scope: PolicyScopeIds): Promise<PolicyLayer[]> {
  const { catalogId, levels, tableId } = scope
  const above = levels.map((_, index) => levels.slice(0, index + 1))
  const rows = await db.scopePolicy.findMany({
    where: {
      catalogId,
      OR: [
        { namespaceId: null, tableId: null },
        ...above.map((prefix) => ({ namespace: { levels: { equals: prefix } } })),
        ...(tableId === undefined ? [] : [{ tableId }]),
      ],
    },
    include: { namespace: { select: { levels: true } } },
  })
  const depth = ({ place }: PolicyLayer): number =>
    place.kind === 'catalog' ? 0 : place.kind === 'namespace' ? place.levels.length : Number.POSITIVE_INFINITY
  return rows.map((row) => layerOf(placeOf(row), row)).sort((a, b) => depth(a) - depth(b))
}

/** Where a stored policy stands. */
export function placeOf(row: {
  tableId: string | null
  namespace: { levels: string[] } | null
}): PolicyPlace {
  if (row.tableId !== null) return { kind: 'table' }
  return row.namespace ? { kind: 'namespace', levels: row.namespace.levels } : { kind: 'catalog' }
}

/** The policy of a table as it counts now, from its id and the properties of its metadata. */
export async function loadTablePolicy(
  db: Database,
  table: { id: string; metadata: { properties: Record<string, string> } },
): Promise<EffectivePolicy> {
  const { namespace } = await db.icebergTable.findUniqueOrThrow({
    where: { id: table.id },
    select: { namespace: { select: { catalogId: true, levels: true } } },
  })
  const layers = await loadLayers(db, { ...namespace, tableId: table.id })
  return effectivePolicy(defaultPolicy(), layers, table.metadata.properties)
}
