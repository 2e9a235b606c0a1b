import type { CatalogActions } from '#lib/api/catalog-changes.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { roleIncludes } from '#lib/auth/roles.ts'
import { database } from '#lib/db.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { restEndpoints } from '#lib/iceberg/catalog/rest-catalog/endpoints.ts'
import { openForeignCatalog } from './foreign/open-foreign-catalog.ts'
import { getCatalog } from './get-catalog.ts'

/**
 * What somebody can change in a catalog by their role, in another server's by what that declares to serve, and where
 * grants on namespaces and tables decide otherwise.
 * @throws AppError `not-found`; of another server's catalog what `openForeignCatalog` throws
 */
export async function catalogActions(name: string, actor: Actor): Promise<CatalogActions> {
  const db = database()
  const row = await getCatalog(db, name)
  const may = roleIncludes(actor.role, 'engineer')
  const missing =
    may && row.kind === 'rest' ? new Set((await openForeignCatalog(row)).missingEndpoints()) : new Set()
  const served = (endpoint: keyof typeof restEndpoints) => may && !missing.has(restEndpoints[endpoint])
  return {
    createNamespace: served('createNamespace'),
    dropNamespace: served('dropNamespace'),
    changeNamespace: served('updateNamespaceProperties'),
    createTable: served('createTable'),
    renameTable: served('renameTable'),
    dropTable: served('dropTable'),
    changeTable: served('commitTable'),
    backUpTable: may && row.kind !== 'rest',
    undropTable: may && row.kind !== 'rest',
    grants: (await loadAccess(db, name, actor)).decided(),
  }
}
