import type { z } from 'zod'
import type { MeSchema } from '#lib/api/me.ts'
import { database } from '#lib/db.ts'
import type { Actor } from './actor.ts'

/** The public view of whoever makes the request, read afresh so that a change of one's own shows at once. */
export async function describeActor(actor: Actor): Promise<z.input<typeof MeSchema>> {
  const user = actor.userId
    ? await database().user.findUnique({
        where: { id: actor.userId },
        include: { accounts: { where: { providerId: 'credential' }, select: { password: true } } },
      })
    : null
  return {
    type: actor.type,
    id: actor.id,
    name: actor.type === 'user' ? (user?.name ?? actor.name) : actor.name,
    email: actor.email,
    role: actor.role,
    language: user?.language === 'ko' || user?.language === 'en' ? user.language : null,
    hasPassword: user?.accounts.some(({ password }) => password !== null) ?? false,
  }
}
