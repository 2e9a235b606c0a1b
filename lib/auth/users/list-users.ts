import { database, type Prisma } from '#lib/db.ts'
import { afterPosition, keysetOf, keysetOrder } from '#lib/http/keyset.ts'
import { type Page, type PageQuery, page } from '#lib/http/page.ts'
import type { Role } from '../roles.ts'
import { toUser, type UserRow, userWithAccess } from './to-user.ts'

/** People by name, address or date; `filter` looks into name and address. */
export async function listUsers(
  query: PageQuery & { role?: Role | undefined },
): Promise<Page<ReturnType<typeof toUser>>> {
  const keyset = keysetOf(query, ['name', 'email', 'createdAt'], 'name')
  const conditions: Prisma.UserWhereInput[] = [
    afterPosition(keyset, (text) => (keyset.field === 'createdAt' ? new Date(text) : text)),
  ]
  if (query.role) conditions.push({ role: query.role })
  if (query.filter) {
    const contains = { contains: query.filter, mode: 'insensitive' } as const
    conditions.push({ OR: [{ name: contains }, { email: contains }] })
  }
  const rows = await database().user.findMany({
    where: { AND: conditions },
    orderBy: keysetOrder(keyset),
    take: query.limit + 1,
    include: userWithAccess,
  })
  const position = (row: UserRow) => {
    const value = row[keyset.field]
    return { value: value instanceof Date ? value.toISOString() : value, id: row.id }
  }
  return page(rows, query.limit, position, toUser)
}
