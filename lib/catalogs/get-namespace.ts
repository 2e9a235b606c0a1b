import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/** A namespace of the built-in catalog. @throws AppError `not-found` */
export async function getNamespace(db: Database, catalog: { id: string; name: string }, levels: string[]) {
  const namespace = await db.namespace.findUnique({
    where: { catalogId_levels: { catalogId: catalog.id, levels } },
  })
  if (namespace) return namespace
  throw new AppError('not-found', `The catalog "${catalog.name}" has no namespace ${levels.join('.')}.`, {
    context: { catalog: catalog.name, namespace: levels },
  })
}
