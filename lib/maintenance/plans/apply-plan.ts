import { AppError, isAppError } from '#lib/errors.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { parseJson } from '#lib/iceberg/spec/json.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import { logRun } from '#lib/runs/log-run.ts'
import type { ProgressReporter } from '#lib/runs/report-progress.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { refreshMarts } from '../announce-commit.ts'
import { timeCanary } from '../canary/time-canary.ts'
import { MaintenancePolicySchema } from '../maintenance-policy.ts'
import { cancelledCompaction } from '../run-compaction.ts'
import { type RunContext, withRun } from '../run-shell.ts'
import { quarantineItems, readItems } from './plan-items.ts'
import { type PlanAction, PlanSummarySchema } from './plan-types.ts'
import type { Applied, ApplyTools, StoredPlan } from './planner.ts'
import { planners } from './planners.ts'

export interface ApplyPlanContext extends RunContext, ApplyTools {
  io: FileIO
  catalog: BuiltInCatalog
  sendJob: typeof sendJob
}

/**
 * Applies a plan as its run: checks that it still holds, does exactly what it says, and measures. What it does is one
 * transaction (a compaction: one for each of its parts), so that after a kill at any moment either nothing happened or all
 * of it did; the next try sees which.
 */
export async function applyPlan(
  context: ApplyPlanContext,
  { runId, planId }: { runId: string; planId: string },
): Promise<void> {
  const { db } = context
  const { action } = await db.maintenancePlan.findUniqueOrThrow({
    where: { id: planId },
    select: { action: true },
  })
  await withRun(
    context,
    runId,
    async ({ signal, report, metered }) => {
      const started = performance.now()
      const plan = await db.maintenancePlan.findUniqueOrThrow({ where: { id: planId } })
      // An earlier try of this run was killed after its transaction.
      const applied =
        plan.state === 'applied'
          ? undefined
          : await apply(
              { ...context, signal, engine: () => metered(context.engine()) },
              runId,
              planId,
              report,
            )
      await report.flush()
      await refreshMarts(context, plan.tableId, context.sendJob)
      const held = await db.quarantinedFile.aggregate({
        where: { runId },
        _count: true,
        _sum: { bytes: true },
      })
      await logRun(db, runId, 'info', `Applied. Files in quarantine: ${held._count}.`)
      const { before: _, changed: pair, ...end } = applied ?? {}
      return {
        ...end,
        after: {
          ...end.after,
          quarantinedFiles: held._count,
          quarantinedBytes: Number(held._sum.bytes ?? 0),
          durationMs: Math.round(performance.now() - started),
        },
        ...(pair
          ? {
              canary: async () => {
                const { identifier } = await context.catalog.loadTableById(plan.tableId)
                return timeCanary({ io: context.io, engine: context.engine(), signal }, { identifier, pair })
              },
            }
          : {}),
      }
    },
    {
      cancelled: action === 'compaction' ? cancelledCompaction : 'Cancelled before anything was changed.',
      failed: async (error) => {
        const outdated = isAppError(error, 'conflict') && !error.retryable
        // Otherwise it can be applied again.
        await db.maintenancePlan.updateMany({
          where: { id: planId, state: 'applying', runId },
          data: outdated
            ? { state: 'superseded' }
            : { state: (await wasApproved(context, planId)) ? 'approved' : 'draft', runId: null },
        })
      },
    },
  )
}

const wasApproved = async ({ db }: RunContext, planId: string): Promise<boolean> =>
  (await db.maintenancePlan.count({ where: { id: planId, decidedAt: { not: null } } })) > 0

async function apply(
  context: ApplyPlanContext,
  runId: string,
  planId: string,
  report: ProgressReporter,
): Promise<Applied> {
  const { db } = context
  const row = await db.maintenancePlan.findUniqueOrThrow({ where: { id: planId } })
  const { metadataLocation, plannedAt, tableId } = row
  if (!metadataLocation || !plannedAt) throw new AppError('internal', `Plan ${planId} was never finished.`)
  const plan: StoredPlan = {
    id: planId,
    action: row.action as PlanAction,
    tableId,
    policy: MaintenancePolicySchema.parse(row.policy),
    metadataLocation,
    plannedAt,
    input: parseJson(row.input),
    summary: PlanSummarySchema.parse(row.summary),
  }
  await logRun(
    db,
    runId,
    'info',
    `Applying the plan: files ${plan.summary.files}, snapshots ${plan.summary.snapshotsRemoved}.`,
  )
  report({ phase: 'checking', files: 0, filesTotal: plan.summary.files })
  const applied = await planners[plan.action].apply({
    ...context,
    runId,
    plan,
    report,
    items: () => readItems(db, planId),
    settle: async (tx, { quarantine = true } = {}) => {
      const purgeAfter = new Date(Date.now() + plan.policy.holdMs)
      if (quarantine) await quarantineItems(tx, plan, { runId, purgeAfter })
      const { count } = await tx.maintenancePlan.updateMany({
        where: { id: planId, state: 'applying', runId },
        data: { state: 'applied', appliedAt: new Date() },
      })
      // Somebody else ended this run while its process was frozen.
      if (count !== 1) throw new AppError('conflict', `The plan ${planId} is no longer this run's to apply.`)
    },
  })
  const { before } = applied
  if (before) await db.run.update({ where: { id: runId }, data: { before } })
  report({ phase: 'done', files: plan.summary.files, filesTotal: plan.summary.files })
  return applied
}
