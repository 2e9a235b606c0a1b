import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { listedNamespaces } from '#lib/iceberg/catalog/built-in-namespaces.ts'

/** All catalogs by name with the totals of the tables that the actor may see. There are few: no paging in the database. */
export async function listCatalogs(db: Database, actor: Actor): Promise<CatalogItem[]> {
  const catalogs = await db.catalog.findMany({
    orderBy: { name: 'asc' },
    include: {
      namespaces: {
        where: listedNamespaces,
        select: { levels: true, tables: { select: { name: true, records: true, bytes: true } } },
      },
    },
  })
  const items: CatalogItem[] = []
  for (const { name, kind, warehouse, uri, createdAt, namespaces: all } of catalogs) {
    const common = { name, warehouse, uri, createdAt: createdAt.toISOString() }
    if (kind === 'rest') {
      items.push({ ...common, kind, namespaces: null, tables: null, records: null, bytes: null })
      continue
    }
    const access = await loadAccess(db, name, actor)
    const namespaces = all.filter(({ levels }) => access.seesNamespace(levels))
    const tables = namespaces.flatMap(({ levels, tables }) =>
      tables.filter((table) => access.seesTable(levels, table.name)),
    )
    items.push({
      ...common,
      kind: 'built-in',
      namespaces: namespaces.length,
      tables: tables.length,
      records: tables.reduce((sum, table) => sum + Number(table.records), 0),
      bytes: tables.reduce((sum, table) => sum + Number(table.bytes), 0),
    })
  }
  return items
}
