import type { Actor } from '#lib/auth/actor.ts'
import { BatchedLookup } from '#lib/batched-lookup.ts'
import type { Database } from '#lib/db.ts'
import { CatalogAccess, type Grant } from './access.ts'

/**
 * What somebody may see and change in the catalog with a name, as of now: a grant that is taken back, and a table that
 * got another name, count with the next request.
 */
export async function loadAccess(db: Database, catalog: string, actor: Actor): Promise<CatalogAccess> {
  if (actor.role === 'admin') return new CatalogAccess(actor, [])
  return new CatalogAccess(actor, await grantsOf(db).find(catalog))
}

type GrantLookup = BatchedLookup<string, Grant[]>

const lookups = new WeakMap<Database, GrantLookup>()

function grantsOf(db: Database): GrantLookup {
  const known = lookups.get(db)
  if (known) return known
  const lookup: GrantLookup = new BatchedLookup((catalogs) => readGrants(db, catalogs))
  lookups.set(db, lookup)
  return lookup
}

/** All grants in each of some catalogs. */
async function readGrants(db: Database, catalogs: readonly string[]): Promise<Grant[][]> {
  const rows = await db.catalogGrant.findMany({
    where: { catalog: { name: { in: [...new Set(catalogs)] } } },
    select: {
      subjectType: true,
      subjectId: true,
      privilege: true,
      catalog: { select: { name: true } },
      namespace: { select: { levels: true } },
      table: { select: { name: true, namespace: { select: { levels: true } } } },
    },
  })
  const grants = new Map<string, Grant[]>()
  for (const { catalog, namespace, table, ...grant } of rows) {
    const levels = table?.namespace.levels ?? namespace?.levels
    if (!levels) continue
    const one = { ...grant, namespace: levels, ...(table ? { table: table.name } : {}) }
    grants.set(catalog.name, [...(grants.get(catalog.name) ?? []), one])
  }
  return catalogs.map((name) => grants.get(name) ?? [])
}
