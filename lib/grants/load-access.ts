import type { Actor } from '#lib/auth/actor.ts'
import { BatchedLookup } from '#lib/batched-lookup.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { CatalogAccess, type Grant } from './access.ts'

/**
 * What somebody may see and change in the catalog with a name, as of now: a grant that is taken back, and a table that
 * got another name, count with the next request.
 */
export async function loadAccess(db: Database, catalog: string, actor: Actor): Promise<CatalogAccess> {
  if (actor.role === 'admin') return new CatalogAccess(actor, [])
  return new CatalogAccess(actor, await grantsOf(db).find(catalog))
}

/** The same for each catalog that has grants, by its name. */
export async function loadAllAccess(db: Database, actor: Actor): Promise<Map<string, CatalogAccess>> {
  if (actor.role === 'admin') return new Map()
  const grants = await allGrantsOf(db).find(undefined)
  return new Map([...grants].map(([catalog, granted]) => [catalog, new CatalogAccess(actor, granted)]))
}

/** Grants by the name of their catalog. */
type GrantsByCatalog = ReadonlyMap<string, Grant[]>

/** One lookup for each database, shared by all requests. */
function sharedLookup<Key, Found>(
  ask: (db: Database, keys: readonly Key[]) => Promise<readonly Found[]>,
): (db: Database) => BatchedLookup<Key, Found> {
  const lookups = new WeakMap<Database, BatchedLookup<Key, Found>>()
  return (db) => {
    const known = lookups.get(db)
    if (known) return known
    const lookup = new BatchedLookup<Key, Found>((keys) => ask(db, keys))
    lookups.set(db, lookup)
    return lookup
  }
}

const grantsOf = sharedLookup<string, Grant[]>(async (db, catalogs) => {
  const grants = await readGrants(db, { catalog: { name: { in: [...new Set(catalogs)] } } })
  return catalogs.map((name) => grants.get(name) ?? [])
})

const allGrantsOf = sharedLookup<undefined, GrantsByCatalog>(async (db, asked) => {
  const grants = await readGrants(db, {})
  return asked.map(() => grants)
})

async function readGrants(db: Database, where: Prisma.CatalogGrantWhereInput): Promise<GrantsByCatalog> {
  const rows = await db.catalogGrant.findMany({
    where,
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
  return grants
}
