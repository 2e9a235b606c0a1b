import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Actor } from './actor.ts'
import { lowerRole, type Role, RoleSchema } from './roles.ts'
import { hashSecret } from './secret.ts'

const secretPrefix = 'firn_'
/** Characters of the secret that lists show, to tell tokens apart. */
const shownCharacters = secretPrefix.length + 6
/** A token revoked in another process works at most this long here. */
const cacheMs = 10_000
const lastUsedEveryMs = 60_000
/** `createdBy` of tokens that no person made: `system:demo`. */
const systemPrefix = 'system:'
/** `createdBy` of tokens made by a program with a token. */
const tokenPrefix = 'token:'

interface Verified {
  actor: Actor
  /** milliseconds since 1970 */
  expiresAt: number
}

// Next loads this module once for pages and once for routes; a revocation must count in both.
const held = globalThis as { firnTokens?: LRUCache<string, Verified> }
held.firnTokens ??= new LRUCache({ max: 2_000, ttl: cacheMs })
const verified = held.firnTokens

export interface NewApiToken {
  name: string
  role: Role
  /** a user's id, `token:<id>` of another token, or `system:<what>` for a script */
  createdBy: string
  expiresAt?: Date
}

/** Makes a token. The secret is returned this once; only its SHA-256 is kept. */
export async function createApiToken(token: NewApiToken) {
  const secret = secretPrefix + randomBytes(32).toString('base64url')
  const row = await database().apiToken.create({
    data: {
      name: token.name,
      role: token.role,
      createdBy: token.createdBy,
      expiresAt: token.expiresAt ?? null,
      hash: hashSecret(secret),
      prefix: secret.slice(0, shownCharacters),
    },
  })
  return { row, secret }
}

/** What `createdBy` says of a token that this actor makes. */
export const makerIdOf = (actor: Actor): string =>
  actor.type === 'token' ? `${tokenPrefix}${actor.id}` : actor.id

/**
 * Ends a token at once in this process, within seconds in others. With `createdBy` only a token of that maker.
 * @throws AppError `not-found` when there is no such token in use
 */
export async function revokeApiToken(id: string, createdBy?: string): Promise<{ name: string }> {
  const [row] = await database().apiToken.updateManyAndReturn({
    where: { id, revokedAt: null, ...(createdBy === undefined ? {} : { createdBy }) },
    data: { revokedAt: new Date() },
  })
  forgetTokens()
  if (row) return { name: row.name }
  throw new AppError(
    'not-found',
    `There is no token ${id} in use that you may revoke. It may be revoked already.`,
  )
}

/** Forgets verified tokens: after a revocation, or when the role of a person who made tokens changed. */
export const forgetTokens = (): void => verified.clear()

/** The program behind a bearer secret, or null when the token is unknown, revoked, expired or its maker may no longer sign in. */
export async function actorOfToken(secret: string): Promise<Actor | null> {
  if (!secret.startsWith(secretPrefix)) return null
  return actorWhere({ hash: hashSecret(secret) })
}

/** The same by a token's id, for credentials that were made of one. The id alone proves nothing: check those before. */
export const actorOfTokenId = (id: string): Promise<Actor | null> => actorWhere({ id })

async function actorWhere(where: { hash: string } | { id: string }): Promise<Actor | null> {
  const key = 'hash' in where ? where.hash : where.id
  const known = verified.get(key)
  if (known && known.expiresAt > Date.now()) return known.actor

  const token = await database().apiToken.findUnique({ where })
  if (!token || token.revokedAt || (token.expiresAt && token.expiresAt.getTime() <= Date.now())) return null
  const maker = await makerOf(token.createdBy)
  if (!maker) return null
  const actor: Actor = {
    type: 'token',
    id: token.id,
    name: token.name,
    role: lowerRole(readRole(token.role), maker.role),
    userId: maker.user?.id ?? null,
    email: maker.user?.email ?? null,
    language: maker.user?.language ?? null,
  }
  verified.set(key, {
    actor,
    expiresAt: token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
  })
  const before = new Date(Date.now() - lastUsedEveryMs)
  await database().apiToken.updateMany({
    where: { id: token.id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: before } }] },
    data: { lastUsedAt: new Date() },
  })
  return actor
}

const readRole = (role: string): Role => RoleSchema.catch('viewer').parse(role)

/**
 * Whoever made a token, with the role they have today; null when they may no longer sign in. A token made with a token
 * ends with that one.
 */
async function makerOf(
  createdBy: string,
): Promise<{ role: Role; user: { id: string; email: string; language: string | null } | null } | null> {
  if (createdBy.startsWith(systemPrefix)) return { role: 'admin', user: null }
  if (createdBy.startsWith(tokenPrefix)) {
    const token = await database().apiToken.findUnique({ where: { id: createdBy.slice(tokenPrefix.length) } })
    if (!token || token.revokedAt) return null
    const maker = await makerOf(token.createdBy)
    return maker && { role: lowerRole(readRole(token.role), maker.role), user: maker.user }
  }
  const user = await database().user.findUnique({ where: { id: createdBy } })
  return user && !user.banned ? { role: readRole(user.role), user } : null
}
