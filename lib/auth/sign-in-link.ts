import { database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { auth, type LinkDelivery } from './auth.ts'
import { ensureUser } from './ensure-user.ts'
import type { Role } from './roles.ts'
import { hashSecret } from './secret.ts'

/** Where somebody lands whose link was used before or is too old. */
export const deadLinkPath = '/sign-in/link-used'

/** Time to hand a link over by whatever way people use. */
export const signInLinkSeconds = 3 * 86_400

export interface SignInLink {
  url: string
  expiresAt: Date
}

/**
 * A link under PUBLIC_URL that signs its person in once and leads to `/`; the person is made when missing.
 * Ends after `expiresInSeconds` (3 days unless told).
 */
export async function createSignInLink(person: {
  email: string
  name: string
  role: Role
  expiresInSeconds?: number
}): Promise<SignInLink> {
  const user = await ensureUser(person)
  return createSignInLinkFor(user.email, person.expiresInSeconds)
}

/** The same for somebody who has an account. */
export async function createSignInLinkFor(
  email: string,
  expiresInSeconds = signInLinkSeconds,
): Promise<SignInLink> {
  let made: { url: string; token: string } | undefined
  const deliver: LinkDelivery = (link) => {
    made = link
  }
  await auth().api.signInMagicLink({
    body: { email, callbackURL: '/', errorCallbackURL: deadLinkPath, metadata: { deliver } },
    headers: new Headers({ origin: new URL(env().PUBLIC_URL).origin }),
  })
  if (!made) throw new AppError('internal', `No sign-in link was made for ${email}.`)
  const expiresAt = new Date(Date.now() + expiresInSeconds * 1_000)
  await database().verification.updateMany({
    where: { identifier: `magic-link:${hashSecret(made.token)}` },
    data: { expiresAt },
  })
  return { url: made.url, expiresAt }
}
