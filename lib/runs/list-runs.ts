import { z } from 'zod'
import type { RunItem } from '#lib/api/runs.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { closedTables, openRuns } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'
import { runInclude, runItem } from './run-item.ts'

export interface RunsQuery {
  cursor?: string | undefined
  limit: number
  /** Sought in title and requester. */
  filter?: string | undefined
  kind?: string[] | undefined
  state?: string[] | undefined
  table?: string | undefined
  source?: string | undefined
  pipeline?: string | undefined
}

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })

/** Runs about the tables that somebody may see, newest first. */
export async function listRuns(db: Database, actor: Actor, query: RunsQuery): Promise<Page<RunItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const where: Prisma.RunWhereInput[] = [openRuns(await closedTables(db, actor))]
  if (after)
    where.push({ OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] })
  if (query.kind) where.push({ kind: { in: query.kind } })
  if (query.state) where.push({ state: { in: query.state } })
  if (query.table) where.push({ tableId: query.table })
  if (query.source) where.push({ sourceId: query.source })
  if (query.pipeline) where.push({ pipelineId: query.pipeline })
  if (query.filter) {
    const contains = { contains: query.filter, mode: 'insensitive' } as const
    const table = { OR: [{ name: contains }, { droppedName: contains }] }
    where.push({ OR: [{ title: contains }, { requestedBy: contains }, { table }] })
  }
  const rows = await db.run.findMany({
    where: { AND: where },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
    include: runInclude,
  })
  return page(rows, query.limit, ({ createdAt, id }) => ({ at: createdAt.toISOString(), id }), runItem)
}
