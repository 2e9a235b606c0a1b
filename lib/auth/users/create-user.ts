import { randomUUID } from 'node:crypto'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Role } from '../roles.ts'
import type { UserRow } from './to-user.ts'

/**
 * Adds a person, who can sign in by a link only until they set a password.
 * @throws AppError `already-exists` when the address is taken
 */
export async function createUser(person: { email: string; name: string; role: Role }): Promise<UserRow> {
  const email = person.email.toLowerCase()
  const [row] = await database().user.createManyAndReturn({
    data: [{ id: randomUUID(), email, emailVerified: true, name: person.name, role: person.role }],
    skipDuplicates: true,
  })
  if (row) return { ...row, accounts: [], sessions: [] }
  throw new AppError(
    'already-exists',
    `${email} has an account already. Change its role, or make a new sign-in link for it.`,
  )
}
