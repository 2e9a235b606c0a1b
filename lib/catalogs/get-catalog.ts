import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/** @throws AppError `not-found` naming the catalogs that are there */
export async function getCatalog(db: Database, name: string) {
  const catalog = await db.catalog.findUnique({ where: { name } })
  if (catalog) return catalog
  const known = await db.catalog.findMany({ select: { name: true }, orderBy: { name: 'asc' }, take: 20 })
  const names = known.map((item) => item.name)
  throw new AppError('not-found', `There is no catalog "${name}".`, {
    userMessage: `There is no catalog "${name}". ${names.length === 0 ? 'None has been made yet.' : `There is: ${names.join(', ')}.`}`,
    context: { catalog: name },
  })
}
