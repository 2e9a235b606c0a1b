import type { GrantItem } from '#lib/api/grants.ts'
import { getCatalog } from '#lib/catalogs/get-catalog.ts'
import type { Database } from '#lib/db.ts'
import { grantFields, grantItems } from './grant-item.ts'

/**
 * All grants of a catalog, oldest first. There are few: people make them by hand.
 * @throws AppError `not-found`
 */
export async function listGrants(db: Database, catalog: string): Promise<GrantItem[]> {
  const { id: catalogId } = await getCatalog(db, catalog)
  const rows = await db.catalogGrant.findMany({
    where: { catalogId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    include: grantFields,
  })
  return grantItems(db, rows)
}
