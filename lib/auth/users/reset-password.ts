import { database } from '#lib/db.ts'
import { forgetSessions } from '../authenticate.ts'

/** Takes a person's password and sessions away; a sign-in link lets them set a new one. */
export async function resetPassword(userId: string): Promise<void> {
  await database().$transaction([
    database().account.deleteMany({ where: { userId, providerId: 'credential' } }),
    database().session.deleteMany({ where: { userId } }),
  ])
  forgetSessions()
}
