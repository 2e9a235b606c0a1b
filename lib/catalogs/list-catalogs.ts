import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import type { Database } from '#lib/db.ts'
import { listedNamespaces } from '#lib/iceberg/catalog/built-in-namespaces.ts'

/** All catalogs by name with the totals of their tables. There are few: no paging in the database. */
export async function listCatalogs(db: Database): Promise<CatalogItem[]> {
  const catalogs = await db.catalog.findMany({
    orderBy: { name: 'asc' },
    include: {
      namespaces: { where: listedNamespaces, select: { tables: { select: { records: true, bytes: true } } } },
    },
  })
  return catalogs.map(({ name, kind, warehouse, uri, createdAt, namespaces }) => {
    const common = { name, warehouse, uri, createdAt: createdAt.toISOString() }
    if (kind === 'rest') {
      return { ...common, kind, namespaces: null, tables: null, records: null, bytes: null }
    }
    const tables = namespaces.flatMap((namespace) => namespace.tables)
    return {
      ...common,
      kind: 'built-in',
      namespaces: namespaces.length,
      tables: tables.length,
      records: tables.reduce((sum, table) => sum + Number(table.records), 0),
      bytes: tables.reduce((sum, table) => sum + Number(table.bytes), 0),
    }
  })
}
