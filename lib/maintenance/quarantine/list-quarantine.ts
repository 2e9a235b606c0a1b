import { z } from 'zod'
import type { QuarantinedFileView, QuarantineSummary } from '#lib/api/maintenance.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { assertTableAccess, closedTables } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'
import { runInclude, tableLink } from '#lib/runs/run-item.ts'
import {
  type ItemKind,
  type PlanAction,
  PlanSummarySchema,
  type QuarantineState,
} from '../plans/plan-types.ts'

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })

function visible(closed: readonly string[], table: string | undefined): Prisma.QuarantinedFileWhereInput[] {
  return [
    ...(closed.length > 0 ? [{ tableId: { notIn: [...closed] } }] : []),
    ...(table ? [{ tableId: table }] : []),
  ]
}

/** Quarantined files, newest first, of the tables that somebody may see. */
export async function listQuarantine(
  db: Database,
  actor: Actor,
  query: {
    cursor?: string | undefined
    limit: number
    /** Sought in the location. */
    filter?: string | undefined
    state?: string[] | undefined
    kind?: string[] | undefined
    table?: string | undefined
    run?: string | undefined
  },
): Promise<Page<QuarantinedFileView> & { total: number }> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const closed = await closedTables(db, actor)
  const where = visible(closed, query.table)
  if (query.state) where.push({ state: { in: query.state } })
  if (query.kind) where.push({ kind: { in: query.kind } })
  if (query.run) where.push({ runId: query.run })
  if (query.filter) where.push({ location: { contains: query.filter, mode: 'insensitive' } })
  const later: Prisma.QuarantinedFileWhereInput[] = after
    ? [{ OR: [{ quarantinedAt: { lt: after.at } }, { quarantinedAt: after.at, id: { lt: after.id } }] }]
    : []
  const rows = await db.quarantinedFile.findMany({
    where: { AND: [...where, ...later] },
    orderBy: [{ quarantinedAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
    include: { table: runInclude.table },
  })
  const found = page(
    rows,
    query.limit,
    ({ quarantinedAt, id }) => ({ at: quarantinedAt.toISOString(), id }),
    (row): QuarantinedFileView => ({
      id: row.id,
      table: tableLink(row.table),
      runId: row.runId,
      kind: row.kind as ItemKind,
      location: row.location,
      bytes: Number(row.bytes),
      state: row.state as QuarantineState,
      // It names the table that needs the file, which may be a closed one.
      reason: row.reason !== null && closed.length > 0 ? 'It is needed.' : row.reason,
      quarantinedAt: row.quarantinedAt.toISOString(),
      purgeAfter: row.purgeAfter.toISOString(),
      changedAt: row.changedAt.toISOString(),
      changedBy: row.changedBy,
    }),
  )
  return { ...found, total: await db.quarantinedFile.count({ where: { AND: where } }) }
}

const runsShown = 100

/** What the quarantine holds, by state, and the runs whose files wait there. */
export async function summarizeQuarantine(
  db: Database,
  actor: Actor,
  query: { table?: string | undefined },
): Promise<QuarantineSummary> {
  const where = { AND: visible(await closedTables(db, actor), query.table) }
  const states = await db.quarantinedFile.groupBy({
    by: ['state'],
    where,
    _count: true,
    _sum: { bytes: true },
  })
  const groups = await db.quarantinedFile.groupBy({
    by: ['runId'],
    where: { AND: [where, { state: 'quarantined' }] },
    _count: true,
    _sum: { bytes: true },
    _max: { quarantinedAt: true, purgeAfter: true },
    orderBy: { _max: { quarantinedAt: 'desc' } },
    take: runsShown,
  })
  const plans = await db.maintenancePlan.findMany({
    where: { runId: { in: groups.map(({ runId }) => runId) } },
    include: { table: runInclude.table },
  })
  const byRun = new Map(plans.map((plan) => [plan.runId, plan]))
  return {
    states: states.map(({ state, _count, _sum }) => ({
      state: state as QuarantineState,
      files: _count,
      bytes: Number(_sum.bytes ?? 0),
    })),
    runs: groups.flatMap(({ runId, _count, _sum, _max }) => {
      const plan = byRun.get(runId)
      const { quarantinedAt, purgeAfter } = _max
      if (!plan || !quarantinedAt || !purgeAfter) return []
      return [
        {
          runId,
          action: plan.action as PlanAction,
          table: tableLink(plan.table),
          files: _count,
          bytes: Number(_sum.bytes ?? 0),
          snapshots:
            plan.action === 'expire-snapshots' ? PlanSummarySchema.parse(plan.summary).snapshotsRemoved : 0,
          quarantinedAt: quarantinedAt.toISOString(),
          purgeAfter: purgeAfter.toISOString(),
        },
      ]
    }),
  }
}

/** @throws AppError `not-found`, `forbidden` where chosen files belong to tables that the actor may not change */
export async function assertMayChange(
  db: Database,
  actor: Actor,
  chosen: { ids: string[] } | { runId: string },
): Promise<void> {
  const rows = await db.quarantinedFile.groupBy({
    by: ['tableId'],
    where: 'ids' in chosen ? { id: { in: chosen.ids } } : { runId: chosen.runId },
  })
  const what = 'ids' in chosen ? 'such file in quarantine' : `run ${chosen.runId} with quarantined files`
  await assertTableAccess(
    db,
    actor,
    rows.map(({ tableId }) => tableId),
    { change: true, what },
  )
}
