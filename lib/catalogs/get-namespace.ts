import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { getCatalog } from './get-catalog.ts'

/** @throws AppError `not-found` when the catalog or the namespace is not there */
export async function getNamespace(db: Database, catalog: string, levels: string[]) {
  const { id: catalogId } = await getCatalog(db, catalog)
  const namespace = await db.namespace.findUnique({ where: { catalogId_levels: { catalogId, levels } } })
  if (namespace) return namespace
  throw new AppError('not-found', `The catalog "${catalog}" has no namespace ${levels.join('.')}.`, {
    context: { catalog, namespace: levels },
  })
}
