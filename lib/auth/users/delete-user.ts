import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Actor } from '../actor.ts'
import { forgetTokens } from '../api-token.ts'
import { forgetSessions } from '../authenticate.ts'
import { assertAnotherAdmin, lockPeople } from './keep-an-admin.ts'

/**
 * Removes a person with their sessions; their tokens are revoked. The audit trail keeps their name.
 * @throws AppError `not-found`, or `conflict` for oneself and for the last admin
 */
export async function deleteUser(id: string, actor: Actor): Promise<{ email: string; name: string }> {
  if (actor.userId === id) throw new AppError('conflict', 'Nobody can remove themselves. Ask another admin.')
  const removed = await database().$transaction(async (tx) => {
    await lockPeople(tx)
    const user = await tx.user.findUnique({ where: { id } })
    if (!user)
      throw new AppError('not-found', `There is no person with the id ${id}. They may be removed already.`)
    if (user.role === 'admin' && !user.banned) await assertAnotherAdmin(tx, id)
    await tx.apiToken.updateMany({
      where: { createdBy: id, revokedAt: null },
      data: { revokedAt: new Date() },
    })
    await tx.user.delete({ where: { id } })
    return { email: user.email, name: user.name }
  })
  forgetSessions()
  forgetTokens()
  return removed
}
