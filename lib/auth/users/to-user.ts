import type { z } from 'zod'
import type { UserSchema } from '#lib/api/users.ts'
import type { Prisma } from '#lib/db.ts'
import type { Wire } from '#lib/http/json.ts'
import { RoleSchema } from '../roles.ts'

/** What a person's row needs beside it to be shown. */
export const userWithAccess = {
  accounts: { where: { providerId: 'credential' }, select: { password: true } },
  sessions: { orderBy: { updatedAt: 'desc' }, take: 1, select: { updatedAt: true } },
} satisfies Prisma.UserInclude

export type UserRow = Prisma.UserGetPayload<{ include: typeof userWithAccess }>

/** The public fields of a person. */
export const toUser = (row: UserRow): Wire<z.input<typeof UserSchema>> => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: RoleSchema.catch('viewer').parse(row.role),
  banned: row.banned,
  banReason: row.banReason,
  language: row.language,
  hasPassword: row.accounts.some(({ password }) => password !== null),
  createdAt: row.createdAt,
  lastSeenAt: row.sessions[0]?.updatedAt ?? null,
})
