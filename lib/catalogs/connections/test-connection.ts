import type { ConnectionTarget } from '#lib/api/catalog-connections.ts'
import type { Database } from '#lib/db.ts'
import { openRestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { foreignFileIO } from '#lib/storage/default-file-io.ts'
import { credentialOf, secretFor } from './connection-credential.ts'
import { getConnection } from './get-connection.ts'

/** A person waits for the answer. */
const patience = { attempts: 1, timeoutMs: 10_000 }

/**
 * Signs in to a catalog and lists its namespaces, without keeping anything.
 * @throws AppError that says what is wrong: address, credential, warehouse, answer
 */
export async function testConnection(
  db: Database,
  { id, ...target }: ConnectionTarget & { id?: string | undefined },
) {
  const stored = id === undefined ? null : await getConnection(db, id)
  const credential = credentialOf(target, secretFor(target, stored))
  const started = performance.now()
  const catalog = await openRestCatalog({
    name: stored?.name ?? new URL(target.uri).host,
    uri: target.uri,
    warehouse: target.warehouse,
    credential,
    patience,
    openFileIO: foreignFileIO,
  })
  const namespaces = (await catalog.listNamespaceLevels()).length
  return {
    milliseconds: Math.round(performance.now() - started),
    namespaces,
    missingEndpoints: catalog.missingEndpoints(),
  }
}
