import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { type UserRow, userWithAccess } from './to-user.ts'

/** @throws AppError `not-found` */
export async function getUser(id: string): Promise<UserRow> {
  const row = await database().user.findUnique({ where: { id }, include: userWithAccess })
  if (row) return row
  throw new AppError('not-found', `There is no person with the id ${id}. They may have been removed.`)
}
