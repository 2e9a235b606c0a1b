import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { CatalogAccess } from '#lib/grants/access.ts'

/** A namespace of the built-in catalog. @throws AppError `not-found`, also when it is closed to the caller */
export async function getNamespace(
  db: Database,
  catalog: { id: string; name: string },
  levels: string[],
  access: CatalogAccess,
) {
  const namespace = await db.namespace.findUnique({
    where: { catalogId_levels: { catalogId: catalog.id, levels } },
  })
  if (namespace && access.seesNamespace(levels)) return namespace
  throw new AppError('not-found', `The catalog "${catalog.name}" has no namespace ${levels.join('.')}.`, {
    context: { catalog: catalog.name, namespace: levels },
  })
}
