import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { allowsWrite, type CatalogAccess } from '#lib/grants/access.ts'
import { loadAccess } from '#lib/grants/load-access.ts'

const tableFields = {
  id: true,
  name: true,
  droppedName: true,
  droppedFrom: true,
  namespace: { select: { levels: true, catalog: { select: { name: true } } } },
} as const

interface TableNames {
  id: string
  name: string
  droppedName: string | null
  droppedFrom: string[]
  namespace: { levels: string[]; catalog: { name: string } }
}

const accessTo = (access: CatalogAccess, table: TableNames) =>
  table.droppedName === null
    ? access.toTable(table.namespace.levels, table.name)
    : access.toDropped(table.id, table.droppedFrom)

/** Tables that grants close to somebody: what is theirs is left out of lists. */
export async function closedTables(db: Database, actor: Actor): Promise<string[]> {
  if (actor.role === 'admin') return []
  const catalogs = await db.catalog.findMany({
    where: { grants: { some: {} } },
    select: { id: true, name: true },
  })
  const closed: string[] = []
  for (const { id, name } of catalogs) {
    const access = await loadAccess(db, name, actor)
    if (access.isOpen) continue
    const tables = await db.icebergTable.findMany({
      where: { namespace: { catalogId: id } },
      select: tableFields,
    })
    closed.push(...tables.filter((table) => accessTo(access, table) === 'none').map((table) => table.id))
  }
  return closed
}

/**
 * Refuses tables that an actor may not see as if they were not there, and those they may only read.
 * @throws AppError `not-found`, `forbidden`
 */
export async function assertTableAccess(
  db: Database,
  actor: Actor,
  tableIds: readonly string[],
  { change, what }: { change: boolean; what: string },
): Promise<void> {
  if (actor.role === 'admin') return
  const tables = await db.icebergTable.findMany({
    where: { id: { in: [...new Set(tableIds)] } },
    select: tableFields,
  })
  const accesses = new Map<string, CatalogAccess>()
  for (const table of tables) {
    const { name } = table.namespace.catalog
    const access = accesses.get(name) ?? (await loadAccess(db, name, actor))
    accesses.set(name, access)
    const found = accessTo(access, table)
    if (found === 'none') throw new AppError('not-found', `There is no ${what}.`)
    if (change && !allowsWrite(found)) {
      throw new AppError(
        'forbidden',
        `${actor.name} may not change the table ${table.droppedName ?? table.name}. Ask an administrator for a grant to write.`,
      )
    }
  }
}
