import { AppError } from '#lib/errors.ts'
import type { Actor } from '../actor.ts'
import { createApiToken, makerIdOf } from '../api-token.ts'
import { type Role, roleIncludes } from '../roles.ts'
import { toToken } from './list-tokens.ts'

/**
 * Makes a token on somebody's request.
 * @throws AppError `forbidden` for a role above the actor's own
 */
export async function createToken(
  wanted: { name: string; role: Role; expiresInDays?: number | undefined },
  actor: Actor,
) {
  if (!roleIncludes(actor.role, wanted.role)) {
    throw new AppError(
      'forbidden',
      `A token can't do more than its maker: asked for ${wanted.role}, and ${actor.name} is ${actor.role}.`,
    )
  }
  const { row, secret } = await createApiToken({
    name: wanted.name,
    role: wanted.role,
    createdBy: makerIdOf(actor),
    ...(wanted.expiresInDays ? { expiresAt: new Date(Date.now() + wanted.expiresInDays * 86_400_000) } : {}),
  })
  return { token: toToken(row, actor.name), secret }
}
