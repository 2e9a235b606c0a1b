import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { CatalogAccess, type Grant } from './access.ts'

/**
 * What somebody may see and change in the catalog with a name, as of now: a grant that is taken back, and a table that
 * got another name, count with the next request.
 */
export async function loadAccess(db: Database, catalog: string, actor: Actor): Promise<CatalogAccess> {
  if (actor.role === 'admin') return new CatalogAccess(actor, [])
  const rows = await db.catalogGrant.findMany({
    where: { catalog: { name: catalog } },
    select: {
      subjectType: true,
      subjectId: true,
      privilege: true,
      namespace: { select: { levels: true } },
      table: { select: { name: true, namespace: { select: { levels: true } } } },
    },
  })
  const grants = rows.flatMap(({ namespace, table, ...grant }): Grant[] => {
    if (table) return [{ ...grant, namespace: table.namespace.levels, table: table.name }]
    return namespace ? [{ ...grant, namespace: namespace.levels }] : []
  })
  return new CatalogAccess(actor, grants)
}
