import { randomUUID } from 'node:crypto'
import { database } from '#lib/db.ts'
import type { Role } from './roles.ts'

/** The person with this e-mail address, made when missing, with this role from now on. A name that is there stays. */
export async function ensureUser(person: {
  email: string
  name: string
  role: Role
}): Promise<{ id: string; email: string; role: Role }> {
  const email = person.email.toLowerCase()
  const { id } = await database().user.upsert({
    where: { email },
    // The address counts as verified: whoever holds the link was given it by an admin.
    create: { id: randomUUID(), email, emailVerified: true, name: person.name, role: person.role },
    update: { role: person.role },
    select: { id: true },
  })
  return { id, email, role: person.role }
}
