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
  return catalogs.map(({ name, warehouse, createdAt, namespaces }) => {
    const tables = namespaces.flatMap((namespace) => namespace.tables)
    return {
      name,
      warehouse,
      namespaces: namespaces.length,
      tables: tables.length,
      records: tables.reduce((sum, table) => sum + Number(table.records), 0),
      bytes: tables.reduce((sum, table) => sum + Number(table.bytes), 0),
      createdAt: createdAt.toISOString(),
    }
  })
}
