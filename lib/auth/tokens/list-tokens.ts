import type { z } from 'zod'
import type { TokenSchema } from '#lib/api/tokens.ts'
import { database, type Prisma } from '#lib/db.ts'
import type { Wire } from '#lib/http/json.ts'
import { afterPosition, keysetOf, keysetOrder } from '#lib/http/keyset.ts'
import { type Page, type PageQuery, page } from '#lib/http/page.ts'
import type { Actor } from '../actor.ts'
import { makerIdOf } from '../api-token.ts'
import { RoleSchema } from '../roles.ts'

type TokenRow = Prisma.ApiTokenGetPayload<object>
type PublicToken = Wire<z.input<typeof TokenSchema>>

const stateConditions = (now: Date) => ({
  active: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
  expired: { revokedAt: null, expiresAt: { lte: now } },
  revoked: { NOT: { revokedAt: null } },
  all: {},
})

/** Tokens, newest first: everybody's for an admin, one's own for others. */
export async function listTokens(
  query: PageQuery & { state: 'active' | 'expired' | 'revoked' | 'all' },
  actor: Actor,
): Promise<Page<PublicToken>> {
  const now = new Date()
  const keyset = keysetOf(query, ['createdAt'], '-createdAt')
  const conditions: Prisma.ApiTokenWhereInput[] = [
    afterPosition(keyset, (text) => new Date(text)),
    stateConditions(now)[query.state],
  ]
  if (actor.role !== 'admin') conditions.push({ createdBy: makerIdOf(actor) })
  if (query.filter) conditions.push({ name: { contains: query.filter, mode: 'insensitive' } })
  const rows = await database().apiToken.findMany({
    where: { AND: conditions },
    orderBy: keysetOrder(keyset),
    take: query.limit + 1,
  })
  const names = await makerNames(rows)
  return page(
    rows,
    query.limit,
    (row) => ({ value: row.createdAt.toISOString(), id: row.id }),
    (row) => toToken(row, names.get(row.createdBy) ?? row.createdBy, now),
  )
}

/** Names of the people who made these tokens, by `createdBy`. */
export async function makerNames(rows: readonly TokenRow[]): Promise<Map<string, string>> {
  const people = await database().user.findMany({
    where: { id: { in: [...new Set(rows.map(({ createdBy }) => createdBy))] } },
    select: { id: true, name: true },
  })
  return new Map(people.map(({ id, name }) => [id, name]))
}

/** The public fields of a token; its hash stays here. */
export const toToken = (row: TokenRow, makerName: string, now = new Date()): PublicToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: RoleSchema.catch('viewer').parse(row.role),
  state: row.revokedAt ? 'revoked' : row.expiresAt && row.expiresAt <= now ? 'expired' : 'active',
  createdBy: { id: row.createdBy, name: makerName },
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  lastUsedAt: row.lastUsedAt,
  revokedAt: row.revokedAt,
})
