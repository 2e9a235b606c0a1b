import { LRUCache } from 'lru-cache'
import { openRestCatalog, type RestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { foreignFileIO } from '#lib/storage/default-file-io.ts'
import { type CatalogRow, storedCredential } from '../connections/connection-credential.ts'

/** Somebody waits for a page: rather an error that says what is wrong than half a minute of nothing. */
const patience = { attempts: 2, timeoutMs: 15_000 }

/** Connections that are open, with their tokens. A server's configuration is asked for again after ten minutes. */
const opened = new LRUCache<string, Promise<RestCatalog>>({ max: 100, ttl: 600_000 })

/** Names a connection as it is stored now: a change of it opens another one. */
export const connectionKey = (row: CatalogRow): string => `${row.id}:${row.updatedAt.getTime()}`

/**
 * The catalog behind a stored connection.
 * @throws AppError `forbidden`, `not-found`, `unavailable` (server, sealed secret), `corrupt`
 */
export async function openForeignCatalog(row: CatalogRow): Promise<RestCatalog> {
  const key = connectionKey(row)
  const known = opened.get(key)
  if (known) return known
  const opening = openRestCatalog({
    name: row.name,
    uri: row.uri ?? '',
    warehouse: row.warehouse,
    credential: storedCredential(row),
    patience,
    openFileIO: foreignFileIO,
  })
  opened.set(key, opening)
  opening.catch(() => opened.delete(key))
  return opening
}
