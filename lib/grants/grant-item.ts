import type { GrantItem } from '#lib/api/grants.ts'
import { formatNamespace } from '#lib/catalogs/table-reference.ts'
import type { Database, Prisma } from '#lib/db.ts'

/** What a grant's item is made of. */
export const grantFields = {
  namespace: { select: { levels: true } },
  table: {
    select: { name: true, droppedFrom: true, droppedName: true, namespace: { select: { levels: true } } },
  },
} satisfies Prisma.CatalogGrantInclude

type GrantRow = Prisma.CatalogGrantGetPayload<{ include: typeof grantFields }>

/** Grants as the API shows them, with the names that their subjects have today. */
export async function grantItems(db: Database, rows: readonly GrantRow[]): Promise<GrantItem[]> {
  const idsOf = (type: string) => rows.flatMap((row) => (row.subjectType === type ? [row.subjectId] : []))
  const users = await db.user.findMany({
    where: { id: { in: idsOf('user') } },
    select: { id: true, name: true },
  })
  const tokens = await db.apiToken.findMany({
    where: { id: { in: idsOf('token') } },
    select: { id: true, name: true },
  })
  const names = new Map([...users, ...tokens].map(({ id, name }) => [id, name]))
  return rows.map((row) => {
    const { table } = row
    const levels = table
      ? table.droppedName === null
        ? table.namespace.levels
        : table.droppedFrom
      : (row.namespace?.levels ?? [])
    return {
      id: row.id,
      subject: {
        type: row.subjectType as 'user' | 'token',
        id: row.subjectId,
        name: names.get(row.subjectId) ?? row.subjectId,
      },
      namespace: formatNamespace(levels),
      table: table ? (table.droppedName ?? table.name) : null,
      privilege: row.privilege as 'read' | 'write',
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
    }
  })
}
