import { getCatalog } from '#lib/catalogs/get-catalog.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/** Takes back a grant. @throws AppError `not-found` */
export async function deleteGrant(db: Database, catalog: string, id: string): Promise<void> {
  const { id: catalogId } = await getCatalog(db, catalog)
  const { count } = await db.catalogGrant.deleteMany({ where: { id, catalogId } })
  if (count === 0) throw new AppError('not-found', `The catalog ${catalog} has no grant ${id}.`)
}
