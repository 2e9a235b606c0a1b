import { LRUCache } from 'lru-cache'
import { database } from '#lib/db.ts'
import { type BuiltInCatalog, createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { catalogProblem } from '#lib/iceberg/catalog/problem.ts'
import { defaultCatalogName, openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'

/** Catalogs by name; a warehouse that was moved counts after at most a minute. */
const opened = new LRUCache<string, BuiltInCatalog>({ max: 100, ttl: 60_000 })

/**
 * The built-in catalog with a name, or the default one.
 * @throws AppError `not-found` when there is none of that name
 */
export async function openCatalog(name: string = defaultCatalogName): Promise<BuiltInCatalog> {
  const known = opened.get(name)
  if (known) return known
  const db = database()
  const io = fileIO()
  if (name === defaultCatalogName) {
    const catalog = await openDefaultCatalog(db, io)
    opened.set(name, catalog)
    return catalog
  }
  const row = await db.catalog.findFirst({ where: { name, kind: 'built-in' }, select: { warehouse: true } })
  if (!row) {
    throw catalogProblem(
      'not-found',
      'no-catalog',
      `Warehouse does not exist: ${name}. Leave out the warehouse for the default catalog, or give the name of a catalog as the console lists them.`,
    )
  }
  const catalog = await createBuiltInCatalog({ db, io, name, warehouse: row.warehouse })
  opened.set(name, catalog)
  return catalog
}
