import { z } from 'zod'
import type { LedgerCheckSchema, SourceDetailSchema, SourceItem } from '#lib/api/sources.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { closedTables, openPipelines } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { checkLedger } from './ledger.ts'
import { findOpenLoad } from './load-run.ts'
import { sourceFlows } from './source-flow.ts'

const include = { pipeline: { select: { id: true, name: true } } } as const satisfies Prisma.SourceInclude
type Row = Prisma.SourceGetPayload<{ include: typeof include }>

const PositionSchema = z.object({ name: z.string() })

/** Sources by name, each with its flow, of the pipelines that somebody may see. */
export async function listSources(
  db: Database,
  actor: Actor,
  query: {
    cursor?: string | undefined
    limit: number
    filter?: string | undefined
    kind?: string | undefined
    state?: string | undefined
    pipeline?: string | undefined
  },
): Promise<Page<SourceItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const where: Prisma.SourceWhereInput[] = [{ pipeline: openPipelines(await closedTables(db, actor)) }]
  if (after) where.push({ name: { gt: after.name } })
  if (query.filter) where.push({ name: { contains: query.filter, mode: 'insensitive' } })
  if (query.kind) where.push({ kind: query.kind })
  if (query.state) where.push({ state: query.state })
  if (query.pipeline) where.push({ pipelineId: query.pipeline })
  const rows = await db.source.findMany({
    where: { AND: where },
    orderBy: { name: 'asc' },
    take: query.limit + 1,
    include,
  })
  const items = await withFlow(db, rows)
  return page(
    items,
    query.limit,
    ({ name }) => ({ name }),
    (item) => item,
  )
}

/**
 * A source with its flow and the check of its ledger.
 * @throws AppError `not-found`.
 */
export async function getSource(db: Database, id: string): Promise<z.infer<typeof SourceDetailSchema>> {
  const row = await db.source.findUnique({ where: { id }, include })
  if (!row) throw new AppError('not-found', `There is no source ${id}.`)
  const [[item], check, load] = await Promise.all([
    withFlow(db, [row]),
    ledgerCheckItem(db, id),
    findOpenLoad(db, id),
  ])
  return { ...(item as SourceItem), ledger: check, loadRunId: load?.id ?? null }
}

/** The ledger's check with 64-bit positions as text. */
export async function ledgerCheckItem(
  db: Database,
  sourceId: string,
): Promise<z.infer<typeof LedgerCheckSchema>> {
  const check = await checkLedger(db, sourceId)
  return {
    ...check,
    rows: Number(check.rows),
    findings: check.findings.map((finding) => ({
      ...finding,
      from: finding.from.toString(),
      to: finding.to.toString(),
    })),
  }
}

async function withFlow(db: Database, rows: readonly Row[]): Promise<SourceItem[]> {
  const flows = await sourceFlows(db, rows)
  return rows.map((row) => {
    const flow = flows.get(row.id)
    if (!flow) throw new AppError('internal', `No flow was computed for source ${row.id}.`)
    return {
      id: row.id,
      name: row.name,
      kind: row.kind,
      config: row.config as Record<string, unknown>,
      state: row.state,
      problem: parseProblem(row.problem),
      pipeline: row.pipeline,
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
      flow,
    }
  })
}
