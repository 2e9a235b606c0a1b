import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { guardCatalog } from '#lib/grants/guarded-catalog.ts'
import type { Namespace } from '#lib/iceberg/catalog/catalog.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { loadForeignNamespace } from './foreign/foreign-reads.ts'
import { getCatalog } from './get-catalog.ts'

/**
 * A namespace of any catalog with its properties.
 * @throws AppError `not-found`, also when it is closed to the actor; of another server's what `openForeignCatalog` throws
 */
export async function loadNamespace(catalog: string, levels: string[], actor: Actor): Promise<Namespace> {
  const row = await getCatalog(database(), catalog)
  if (row.kind === 'rest') return loadForeignNamespace(row, levels)
  return (await guardCatalog(database(), await openCatalog(row.name), actor)).loadNamespace(levels)
}
