import { z } from 'zod'
import type { TableItem } from '#lib/api/catalog-schemas.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { CatalogAccess } from '#lib/grants/access.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { decodeCursor, page } from '#lib/http/page.ts'
import { listForeignTables } from './foreign/list-foreign-tables.ts'
import { getCatalog } from './get-catalog.ts'
import { getNamespace } from './get-namespace.ts'
import type { TableSort } from './sorts.ts'
import { tableItem } from './table-item.ts'

const PositionSchema = z.object({ id: z.uuid() })

/**
 * Tables of a catalog, or of one namespace, as far as the actor may see them. `filter` is sought in the name; the cursor is the last table of the page before.
 * @throws AppError `not-found` (catalog, namespace), `bad-input` (cursor)
 */
export async function listTables(
  db: Database,
  scope: { catalog: string; namespace?: string[] },
  query: {
    filter?: string | undefined
    sort: TableSort
    descending: boolean
    limit: number
    cursor?: string | undefined
  },
  actor: Actor,
): Promise<{ items: TableItem[]; nextCursor: string | null; total: number }> {
  const catalog = await getCatalog(db, scope.catalog)
  if (catalog.kind === 'rest') return listForeignTables(catalog, scope.namespace, query)
  const access = await loadAccess(db, catalog.name, actor)
  const all: Prisma.IcebergTableWhereInput = scope.namespace
    ? { namespaceId: (await getNamespace(db, catalog, scope.namespace, access)).id }
    : { droppedAt: null, namespace: { catalogId: catalog.id } }
  const within = access.isOpen ? all : await visibleOf(db, all, access)
  const where: Prisma.IcebergTableWhereInput = query.filter
    ? { AND: [within, { name: { contains: query.filter, mode: 'insensitive' } }] }
    : within
  const after = decodeCursor(query.cursor, PositionSchema)
  if (after && !(await db.icebergTable.findUnique({ where: after, select: { id: true } }))) {
    throw new AppError('bad-input', 'The cursor names a table that is gone. Start again without ?cursor=.')
  }
  const direction = query.descending ? 'desc' : 'asc'
  const order = query.sort === 'lastCommitAt' ? { sort: direction, nulls: 'last' } : direction
  const rows = await db.icebergTable.findMany({
    where,
    orderBy: [{ [query.sort]: order }, { id: 'asc' }],
    take: query.limit + 1,
    ...(after ? { cursor: after, skip: 1 } : {}),
    include: { namespace: { include: { catalog: { select: { name: true } } } } },
  })
  return {
    ...page(rows, query.limit, (row) => ({ id: row.id }), tableItem),
    total: await db.icebergTable.count({ where }),
  }
}

/** Narrows a condition to tables that are not closed to the actor; catalogs with grants are small enough to look at all. */
async function visibleOf(
  db: Database,
  where: Prisma.IcebergTableWhereInput,
  access: CatalogAccess,
): Promise<Prisma.IcebergTableWhereInput> {
  const rows = await db.icebergTable.findMany({
    where,
    select: { id: true, name: true, namespace: { select: { levels: true } } },
  })
  const visible = rows.filter(({ name, namespace }) => access.seesTable(namespace.levels, name))
  return { id: { in: visible.map(({ id }) => id) } }
}
