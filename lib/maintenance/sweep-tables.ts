import type { Database } from '#lib/db.ts'
import { undropDays } from '#lib/iceberg/catalog/built-in-tables.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { thinEvaluations } from './health/thin-evaluations.ts'
import { createPlan } from './plans/create-plan.ts'
import { openPlanStates } from './plans/plan-types.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import { plannerPolicy } from './policy/planner-policy.ts'
import { requestPurge } from './quarantine/request-purge.ts'

export interface SweepContext {
  db: Database
  io: FileIO
  sendJob: typeof sendJob
  signal: AbortSignal
}

const [minute, day] = [60_000, 86_400_000]

/** Tables looked at a minute at most; the others follow in the next one. */
const tablesAtOnce = 500
/** A table whose evaluation fails is tried again after this. */
const againAfterMs = 10 * minute

export interface Sweep {
  /** Tables that are looked at now. */
  evaluated: string[]
  plans: { planId: string; tableId: string; action: 'purge-dropped-table' }[]
  /** A purge of what is due was queued. */
  purge: boolean
  /** Tables that could not be looked at. */
  problems: { tableId: string; error: unknown }[]
}

/**
 * Has every table looked at for which time has made something due, or whose commit nobody announced; asks for plans of
 * dropped tables that can no longer be brought back, and for a purge of what has been in quarantine long enough.
 */
export async function sweepTables(context: SweepContext): Promise<Sweep> {
  const sweep: Sweep = { evaluated: [], plans: [], purge: false, problems: [] }
  sweep.evaluated = await evaluateDue(context)
  const dropped = await context.db.icebergTable.findMany({
    where: {
      purgedAt: null,
      purgeRequested: true,
      droppedAt: { lt: new Date(Date.now() - undropDays * day) },
    },
    select: { id: true, metadataLocation: true },
  })
  for (const row of dropped) {
    context.signal.throwIfAborted()
    try {
      const planId = await planDropped(context, row)
      if (planId !== null) sweep.plans.push({ planId, tableId: row.id, action: 'purge-dropped-table' })
    } catch (error) {
      sweep.problems.push({ tableId: row.id, error })
    }
  }
  sweep.purge = await purgeDue(context)
  await thinEvaluations(context.db)
  return sweep
}

async function evaluateDue({ db, sendJob: send }: SweepContext): Promise<string[]> {
  const now = new Date()
  const rows = await db.icebergTable.findMany({
    where: { evaluateAfter: { lte: now }, droppedAt: null },
    orderBy: { evaluateAfter: 'asc' },
    take: tablesAtOnce,
    select: { id: true },
  })
  const ids = rows.map(({ id }) => id)
  for (const tableId of ids) await send('table.evaluate', { tableId, trigger: 'schedule' })
  await db.icebergTable.updateMany({
    where: { id: { in: ids }, evaluateAfter: { lte: now } },
    data: { evaluateAfter: new Date(now.getTime() + againAfterMs) },
  })
  return ids
}

/** A plan a day at most, and none under the eyes of somebody who is to decide an earlier one. */
async function planDropped(
  { db, io, sendJob: send }: SweepContext,
  { id, metadataLocation }: { id: string; metadataLocation: string },
): Promise<string | null> {
  const action = 'purge-dropped-table'
  const inTheWay = await db.maintenancePlan.count({
    where: {
      action,
      tableId: id,
      OR: [{ createdAt: { gt: new Date(Date.now() - day) } }, { state: { in: [...openPlanStates] } }],
    },
  })
  if (inTheWay > 0) return null
  const metadata = await readMetadataFile(io, metadataLocation)
  const policy = plannerPolicy(await loadTablePolicy(db, { id, metadata }), action)
  if (!policy.gcEnabled) return null
  const { planId, created } = await createPlan(
    db,
    { action, tableId: id, policy, trigger: 'schedule', requestedBy: 'firn', autoApply: true },
    send,
  )
  return created ? planId : null
}

async function purgeDue({ db, sendJob: send }: SweepContext): Promise<boolean> {
  const due = await db.quarantinedFile.count({
    where: { OR: [{ state: 'quarantined', purgeAfter: { lte: new Date() } }, { state: 'purging' }] },
  })
  if (due === 0) return false
  const { started } = await requestPurge(
    db,
    { selection: { due: true }, trigger: 'schedule', requestedBy: 'firn', title: 'quarantine' },
    send,
  )
  return started
}
