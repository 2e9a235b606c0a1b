import type { Database } from '#lib/db.ts'
import { getConnection } from './get-connection.ts'

/** Forgets a connection and its secret; the other catalog stays as it is. @throws AppError `not-found` */
export async function deleteConnection(
  db: Database,
  id: string,
): Promise<{ name: string; uri: string | null }> {
  const { name, uri } = await getConnection(db, id)
  await db.catalog.delete({ where: { id } })
  return { name, uri }
}
