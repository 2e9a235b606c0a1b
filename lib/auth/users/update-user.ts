import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Actor } from '../actor.ts'
import { forgetTokens } from '../api-token.ts'
import { forgetSessions } from '../authenticate.ts'
import type { Role } from '../roles.ts'
import { assertAnotherAdmin, lockPeople } from './keep-an-admin.ts'
import { type UserRow, userWithAccess } from './to-user.ts'

export interface UserChange {
  name?: string | undefined
  role?: Role | undefined
  banned?: boolean | undefined
  banReason?: string | undefined
}

/**
 * Changes a person. A ban ends their sessions; roles and bans count for their tokens too.
 * @throws AppError `not-found`, or `conflict` for the last admin and for a ban of oneself
 */
export async function updateUser(id: string, change: UserChange, actor: Actor): Promise<UserRow> {
  if (change.banned && actor.userId === id) {
    throw new AppError('conflict', 'Nobody can ban themselves. Ask another admin.')
  }
  const row = await database().$transaction(async (tx) => {
    await lockPeople(tx)
    const before = await tx.user.findUnique({ where: { id } })
    if (!before)
      throw new AppError('not-found', `There is no person with the id ${id}. They may have been removed.`)
    const staysAdmin = (change.role ?? before.role) === 'admin' && !(change.banned ?? before.banned)
    if (before.role === 'admin' && !before.banned && !staysAdmin) await assertAnotherAdmin(tx, id)
    if (change.banned) await tx.session.deleteMany({ where: { userId: id } })
    return tx.user.update({
      where: { id },
      data: {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.role === undefined ? {} : { role: change.role }),
        ...(change.banned === undefined
          ? {}
          : {
              banned: change.banned,
              banExpires: null,
              banReason: change.banned ? (change.banReason ?? null) : null,
            }),
      },
      include: userWithAccess,
    })
  })
  forgetSessions()
  forgetTokens()
  return row
}
