import { isAPIError } from 'better-auth/api'
import { LRUCache } from 'lru-cache'
import { AppError } from '#lib/errors.ts'
import type { Actor } from './actor.ts'
import { actorOfToken, actorOfTokenId } from './api-token.ts'
import { auth } from './auth.ts'
import { readAccessToken } from './oauth/access-token.ts'
import { RoleSchema } from './roles.ts'

/** A changed role, a ban or a sign-out elsewhere counts after at most this long. */
const sessionCacheMs = 10_000

// Next loads this module once for pages and once for routes; a sign-out must count in both.
const held = globalThis as { firnSessions?: LRUCache<string, Actor> }
held.firnSessions ??= new LRUCache({ max: 2_000, ttl: sessionCacheMs })
const sessions = held.firnSessions

/** Forgets cached sessions: after a sign-out, a role change, a ban. */
export const forgetSessions = (): void => sessions.clear()

export interface Authentication {
  actor: Actor | null
  /** headers for the response, when the session's cookie was renewed */
  responseHeaders?: Headers
}

const sessionCookie = /(?:^|;\s*)(?:__Secure-)?firn\.session_token=([^;]+)/

/**
 * Who makes this request: an API token or an access token made of one (`Authorization: Bearer`) wins over a session cookie.
 * No credentials at all, or a session that has ended, give `actor: null`.
 * @throws AppError `unauthenticated` when an Authorization header is there but not good
 */
export async function authenticate(headers: Headers): Promise<Authentication> {
  const authorization = headers.get('authorization')
  if (authorization !== null) return { actor: await actorOfAuthorization(authorization) }

  const cookie = sessionCookie.exec(headers.get('cookie') ?? '')?.[1]
  if (!cookie) return { actor: null }
  const cached = sessions.get(cookie)
  if (cached) return { actor: cached }

  const { response, headers: responseHeaders } = await findSession(headers)
  if (!response || response.user.banned) return { actor: null, responseHeaders }
  const { user } = response
  const actor: Actor = {
    type: 'user',
    id: user.id,
    name: user.name,
    role: RoleSchema.catch('viewer').parse(user.role),
    userId: user.id,
    email: user.email,
    language: user.language ?? null,
  }
  sessions.set(cookie, actor)
  return { actor, responseHeaders }
}

/** better-auth wraps a database that is away into an answer of its own. */
const findSession = (headers: Headers) =>
  auth()
    .api.getSession({ headers, returnHeaders: true })
    .catch((error: unknown) => {
      if (!isAPIError(error) || error.statusCode < 500) throw error
      throw new AppError('unavailable', `The session could not be read: ${error.message}.`, {
        userMessage:
          'Firn does not reach its database at the moment. Try again in a minute; nothing was changed.',
        retryable: true,
        cause: error,
      })
    })

async function actorOfAuthorization(authorization: string): Promise<Actor> {
  const secret = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
  const actor = secret ? await actorOfBearer(secret) : null
  if (actor) return actor
  throw new AppError(
    'unauthenticated',
    'The API token is not valid: it is unknown, revoked or expired. Expected the header Authorization: Bearer firn_…; make a new token under Admin, Tokens.',
  )
}

/** Why credentials that were good are not any more: `context.reason` of the error. Clients then renew them. */
export const accessTokenEnded = 'access-token-ended'

/**
 * The program behind a bearer token of either kind; null when it is not good.
 * @throws AppError `unauthenticated` for an access token that has ended
 */
export async function actorOfBearer(token: string): Promise<Actor | null> {
  const access = readAccessToken(token)
  if (!access) return actorOfToken(token)
  if (access.expiresAt > Date.now()) return actorOfTokenId(access.tokenId)
  throw new AppError('unauthenticated', 'The access token has ended. Ask for a new one and try again.', {
    context: { reason: accessTokenEnded },
  })
}
