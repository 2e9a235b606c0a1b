import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { allowsWrite, type CatalogAccess } from './access.ts'
import { loadAllAccess } from './load-access.ts'

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

/**
 * Tables that grants close to somebody: they, their numbers and what is about them are left out of lists. One query
 * where nothing has grants; two otherwise, whatever the number of tables.
 */
export async function closedTables(db: Database, actor: Actor): Promise<string[]> {
  const accesses = await loadAllAccess(db, actor)
  const guarded = [...accesses].flatMap(([name, access]) => (access.isOpen ? [] : [name]))
  if (guarded.length === 0) return []
  const tables = await db.icebergTable.findMany({
    where: { namespace: { catalog: { name: { in: guarded } } } },
    select: tableFields,
  })
  return tables.flatMap((table) => {
    const access = accesses.get(table.namespace.catalog.name)
    return access && accessTo(access, table) === 'none' ? [table.id] : []
  })
}

/** Pipelines that name no closed table: both of theirs are open. Their sources are seen with them. */
export const openPipelines = (closed: readonly string[]): Prisma.PipelineWhereInput =>
  closed.length === 0 ? {} : { tableId: { notIn: [...closed] }, errorTableId: { notIn: [...closed] } }

/** Runs about open tables alone. One without a table may be about any: nobody sees it to whom something is closed. */
export const openRuns = (closed: readonly string[]): Prisma.RunWhereInput =>
  closed.length === 0
    ? {}
    : {
        tableId: { not: null, notIn: [...closed] },
        AND: [
          { OR: [{ pipelineId: null }, { pipeline: openPipelines(closed) }] },
          { OR: [{ sourceId: null }, { source: { pipeline: openPipelines(closed) } }] },
        ],
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
  const accesses = await loadAllAccess(db, actor)
  if (accesses.size === 0) return
  const tables = await db.icebergTable.findMany({
    where: { id: { in: [...new Set(tableIds)] } },
    select: tableFields,
  })
  for (const table of tables) {
    const access = accesses.get(table.namespace.catalog.name)
    if (!access) continue
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
