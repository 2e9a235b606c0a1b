import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { CatalogRow } from './connection-credential.ts'

/** @throws AppError `not-found`, also for the built-in catalog */
export async function getConnection(db: Database, id: string): Promise<CatalogRow> {
  const row = await db.catalog.findFirst({ where: { id, kind: 'rest' } })
  if (row) return row
  throw new AppError(
    'not-found',
    `There is no catalog connection with the id ${id}. It may have been removed.`,
  )
}
