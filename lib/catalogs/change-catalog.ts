import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { guardCatalog } from '#lib/grants/guarded-catalog.ts'
import type { Catalog } from '#lib/iceberg/catalog/catalog.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { forgetForeignReads } from './foreign/foreign-reads.ts'
import { openForeignCatalog } from './foreign/open-foreign-catalog.ts'
import { getCatalog } from './get-catalog.ts'

/**
 * Changes a catalog, our own as far as its grants let the actor, or another server's. What a change leaves behind is
 * what the next look shows.
 * @throws AppError `not-found` for the catalog; whatever `change` throws
 */
export async function changeCatalog<T>(
  name: string,
  actor: Actor,
  change: <Tx>(catalog: Catalog<Tx>) => Promise<T>,
): Promise<T> {
  const row = await getCatalog(database(), name)
  if (row.kind !== 'rest') {
    return change(await guardCatalog(database(), await openCatalog(row.name), actor))
  }
  const catalog = await openForeignCatalog(row)
  try {
    return await change(catalog)
  } finally {
    // Also after a failure: its outcome may not be known.
    forgetForeignReads(row)
  }
}
