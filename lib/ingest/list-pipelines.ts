import { z } from 'zod'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { closedTables, openPipelines } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'

const tableInclude = {
  include: {
    namespace: { select: { levels: true, catalog: { select: { name: true } } } },
    sites: { select: { id: true, name: true } },
    _count: { select: { stagedFiles: { where: { snapshotId: null } } } },
  },
} as const

const include = {
  table: tableInclude,
  errorTable: tableInclude,
  sources: {
    select: { id: true, name: true, kind: true, state: true, problem: true },
    orderBy: { name: 'asc' },
  },
} as const satisfies Prisma.PipelineInclude

type Row = Prisma.PipelineGetPayload<{ include: typeof include }>

const PositionSchema = z.object({ name: z.string() })

/** Pipelines by name, of those whose tables somebody may see. */
export async function listPipelines(
  db: Database,
  actor: Actor,
  query: { cursor?: string | undefined; limit: number; filter?: string | undefined },
): Promise<Page<PipelineItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const rows = await db.pipeline.findMany({
    where: {
      AND: [
        openPipelines(await closedTables(db, actor)),
        after ? { name: { gt: after.name } } : {},
        query.filter ? { name: { contains: query.filter, mode: 'insensitive' } } : {},
      ],
    },
    orderBy: { name: 'asc' },
    take: query.limit + 1,
    include,
  })
  return page(rows, query.limit, ({ name }) => ({ name }), pipelineItem)
}

/** @throws AppError `not-found`, also where one of its tables is closed to the actor. */
export async function getPipeline(db: Database, actor: Actor, id: string): Promise<PipelineItem> {
  const where = { AND: [{ id }, openPipelines(await closedTables(db, actor))] }
  const row = await db.pipeline.findFirst({ where, include })
  if (!row) throw new AppError('not-found', `There is no pipeline ${id}.`)
  return pipelineItem(row)
}

function pipelineItem(row: Row): PipelineItem {
  return {
    id: row.id,
    name: row.name,
    mapping: row.mapping,
    createdAt: row.createdAt.toISOString(),
    table: pipelineTable(row.table),
    errorTable: pipelineTable(row.errorTable),
    sources: row.sources.map((source) => ({ ...source, problem: parseProblem(source.problem) })),
    sites: row.table.sites,
    uncommittedFiles: row.table._count.stagedFiles + row.errorTable._count.stagedFiles,
  }
}

const pipelineTable = (table: Row['table']) => ({
  id: table.id,
  catalog: table.namespace.catalog.name,
  namespace: table.namespace.levels.join('.'),
  name: table.name,
  records: Number(table.records),
  dataFiles: Number(table.dataFiles),
  bytes: Number(table.bytes),
  lastCommitAt: table.lastCommitAt?.toISOString() ?? null,
})
