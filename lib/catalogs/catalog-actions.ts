import type { CatalogActions } from '#lib/api/catalog-changes.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { roleIncludes } from '#lib/auth/roles.ts'
import { database } from '#lib/db.ts'
import { restEndpoints } from '#lib/iceberg/catalog/rest-catalog/endpoints.ts'
import { openForeignCatalog } from './foreign/open-foreign-catalog.ts'
import { getCatalog } from './get-catalog.ts'

/**
 * What somebody can change in a catalog by their role, and in another server's by what that declares to serve. Grants
 * on single namespaces and tables can take more away.
 * @throws AppError `not-found`; of another server's catalog what `openForeignCatalog` throws
 */
export async function catalogActions(name: string, actor: Actor): Promise<CatalogActions> {
  const row = await getCatalog(database(), name)
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
  }
}
