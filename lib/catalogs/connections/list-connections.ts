import type { Connection } from '#lib/api/catalog-connections.ts'
import type { Database } from '#lib/db.ts'
import { toConnection } from './to-connection.ts'

/** All connections by name; `filter` is sought in name and address. There are few: no paging in the database. */
export async function listConnections(db: Database, filter?: string): Promise<Connection[]> {
  const contains = { contains: filter ?? '', mode: 'insensitive' } as const
  const rows = await db.catalog.findMany({
    where: { kind: 'rest', OR: [{ name: contains }, { uri: contains }] },
    orderBy: { name: 'asc' },
  })
  return rows.map(toConnection)
}
