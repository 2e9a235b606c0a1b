import type { Connection } from '#lib/api/catalog-connections.ts'
import { type CatalogRow, credentialFacts } from './connection-credential.ts'

/** The public fields of a connection's row. */
export const toConnection = (row: CatalogRow): Connection => ({
  id: row.id,
  name: row.name,
  uri: row.uri ?? '',
  warehouse: row.warehouse,
  credential: credentialFacts(row),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
