import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { failRun } from '#lib/runs/finish-run.ts'
import { findActiveCompaction } from '../request-compaction.ts'
import type { PlanAction, PlanState } from './plan-types.ts'
import { settleVanishedPlans } from './settle-vanished-plans.ts'

/** @throws AppError `not-found`; `conflict` where the reviewed hash is not the plan's */
export async function getReviewedPlan(db: Database, { planId, hash }: { planId: string; hash: string }) {
  const plan = await db.maintenancePlan.findUnique({
    where: { id: planId },
    include: { table: { select: { name: true, droppedName: true, droppedFrom: true, namespace: true } } },
  })
  if (!plan) throw new AppError('not-found', `There is no plan ${planId}.`)
  if (plan.hash === null || plan.hash !== hash) {
    throw new AppError(
      'conflict',
      `The plan is not the one that was reviewed: expected hash ${hash}, found ${plan.hash ?? 'none yet'}. Look at it again.`,
    )
  }
  return plan
}

const whyNot: Partial<Record<PlanState, string>> = {
  planning: 'it is still being made',
  'awaiting-approval': 'somebody has to approve it first',
  applying: 'it is being applied already',
  applied: 'it was applied already',
  undone: 'it was applied and undone',
  'nothing-to-do': 'there is nothing to do',
  refused: 'it was refused',
  superseded: 'the table has changed since, or a newer plan was made',
  failed: 'it could not be made',
}

/**
 * Queues the applying of a plan, by the hash of what was reviewed.
 * @throws AppError `conflict` when the plan is another one, or not one that can be applied
 */
export async function requestApply(
  db: Database,
  request: { planId: string; hash: string; requestedBy: string; requestId?: string },
  send: typeof sendJob = sendJob,
): Promise<{ runId: string }> {
  const { planId, requestedBy, requestId } = request
  const plan = await getReviewedPlan(db, request)
  const { table, tableId, action } = plan
  const name = [
    ...(table.droppedName === null ? table.namespace.levels : table.droppedFrom),
    table.droppedName ?? table.name,
  ].join('.')
  const runId = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`plan ${action} ${tableId}`}, 0))`
    await settleVanishedPlans(tx, { action, tableId })
    const busy = await tx.maintenancePlan.count({ where: { action, tableId, state: 'applying' } })
    if (busy > 0) {
      throw new AppError(
        'conflict',
        `Another plan of the same kind is being applied to ${name}. Wait for it.`,
      )
    }
    if (action === 'compaction') {
      const running = await findActiveCompaction(tx, tableId)
      if (running) {
        throw new AppError(
          'conflict',
          `A compaction of ${name} is waiting or running already (run ${running}). Wait for it, then plan again.`,
        )
      }
    }
    const id = await createRun(tx, {
      kind: action as PlanAction,
      title: name,
      trigger: plan.trigger,
      requestedBy,
      tableId,
      details: { planId },
      ...(requestId ? { requestId } : {}),
    })
    const { count } = await tx.maintenancePlan.updateMany({
      where: { id: planId, state: { in: ['draft', 'approved'] } },
      data: { state: 'applying', runId: id },
    })
    if (count === 1) return id
    const state = plan.state as PlanState
    throw new AppError('conflict', `The plan can't be applied: ${whyNot[state] ?? `it is ${state}`}.`)
  })
  try {
    await send('maintenance.apply', { runId, planId, ...(requestId ? { requestId } : {}) })
  } catch (error) {
    await failRun(db, runId, error)
    await db.maintenancePlan.updateMany({
      where: { id: planId, state: 'applying' },
      data: { state: plan.state, runId: null },
    })
    throw error
  }
  return { runId }
}
