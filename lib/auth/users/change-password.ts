import { isAPIError } from 'better-auth/api'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { auth } from '../auth.ts'
import { forgetSessions } from '../authenticate.ts'
import { getUser } from './get-user.ts'

/**
 * Sets the password of whoever's session is in `headers`, or changes it; their other sessions end.
 * @throws AppError `bad-input` when the current password is missing or wrong, `unauthenticated` without a session
 */
export async function changePassword(
  headers: Headers,
  { currentPassword, newPassword }: { currentPassword?: string | undefined; newPassword: string },
): Promise<void> {
  const current = await auth().api.getSession({ headers })
  if (!current)
    throw new AppError('unauthenticated', 'A password can be changed in a signed-in browser only.')
  const { accounts } = await getUser(current.user.id)
  if (accounts.some(({ password }) => password !== null)) {
    if (!currentPassword) {
      throw new AppError('bad-input', 'There is a password already: give the current one to change it.')
    }
    await auth()
      .api.changePassword({ body: { currentPassword, newPassword }, headers })
      .catch((error: unknown) => {
        if (!isAPIError(error) || error.body?.code !== 'INVALID_PASSWORD') throw error
        throw new AppError(
          'bad-input',
          'The current password is not right. Try again, or ask an admin for a sign-in link.',
        )
      })
  } else {
    await auth().api.setPassword({ body: { newPassword }, headers })
  }
  await database().session.deleteMany({
    where: { userId: current.user.id, NOT: { token: current.session.token } },
  })
  forgetSessions()
}
