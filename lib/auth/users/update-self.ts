import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Actor } from '../actor.ts'
import { forgetSessions } from '../authenticate.ts'

/**
 * Changes a person's own name or language; null follows the browser again.
 * @throws AppError `forbidden` for a program: a token has no person's settings to change
 */
export async function updateSelf(
  change: { name?: string | undefined; language?: 'ko' | 'en' | null | undefined },
  actor: Actor,
): Promise<void> {
  if (actor.type !== 'user') {
    throw new AppError(
      'forbidden',
      'A token has no name or language of its own to change. Sign in as a person.',
    )
  }
  await database().user.update({
    where: { id: actor.id },
    data: {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.language === undefined ? {} : { language: change.language }),
    },
  })
  forgetSessions()
}
