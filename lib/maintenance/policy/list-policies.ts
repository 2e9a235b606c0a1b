import type { PolicyItem } from '#lib/api/maintenance-policies.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { layerOf, placeOf } from './load-policy.ts'
import { scopeName } from './policy-scope.ts'

type Said = Pick<PolicyItem, 'preset' | 'overrides' | 'updatedBy' | 'updatedAt'>

const nothing: Said = { preset: null, overrides: {}, updatedBy: null, updatedAt: null }

/**
 * The scopes of the built-in catalogs with what each says itself, outer ones before those inside: catalogs and namespaces
 * all, tables that say something.
 */
export async function listPolicies(db: Database, actor: Actor): Promise<PolicyItem[]> {
  const catalogs = await db.catalog.findMany({
    where: { kind: 'built-in' },
    include: {
      namespaces: {
        select: { id: true, levels: true, tables: { where: { droppedAt: null }, select: { name: true } } },
      },
      policies: {
        include: {
          namespace: { select: { levels: true } },
          table: { select: { name: true, droppedAt: true, namespace: { select: { levels: true } } } },
        },
      },
    },
    orderBy: { name: 'asc' },
  })
  const items: PolicyItem[] = []
  for (const { id, name: catalog, namespaces, policies } of catalogs) {
    const access = await loadAccess(db, catalog, actor)
    const said = new Map(
      policies.map((row): [string, Said] => {
        const { preset, overrides } = layerOf(placeOf(row), row)
        const { updatedBy, updatedAt } = row
        return [row.securableId, { preset, overrides, updatedBy, updatedAt: updatedAt.toISOString() }]
      }),
    )
    const seen = namespaces.flatMap(({ id, levels, tables }) =>
      levels.length > 0 && access.seesNamespace(levels)
        ? [{ id, levels, tables: tables.filter(({ name }) => access.seesTable(levels, name)).length }]
        : [],
    )
    items.push({
      ...scopeName({ catalog, levels: [], table: null }),
      levels: [],
      tables: seen.reduce((sum, { tables }) => sum + tables, 0),
      ...(said.get(id) ?? nothing),
    })
    const inside = seen.map((namespace) => ({ ...namespace, table: null as string | null }))
    for (const { table, securableId } of policies) {
      if (!table || table.droppedAt || !access.seesTable(table.namespace.levels, table.name)) continue
      inside.push({ levels: table.namespace.levels, table: table.name, id: securableId, tables: 1 })
    }
    inside.sort((a, b) => comparePaths(pathOf(a), pathOf(b)))
    for (const { levels, table, id: securableId, tables } of inside) {
      items.push({
        ...scopeName({ catalog, levels, table }),
        levels,
        tables,
        ...(said.get(securableId) ?? nothing),
      })
    }
  }
  return items
}

const pathOf = ({ levels, table }: { levels: string[]; table: string | null }): string[] =>
  table === null ? levels : [...levels, table]

/** Outer scopes first, each followed by what is inside it. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, level] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (level !== other) return level < other ? -1 : 1
  }
  return a.length - b.length
}
