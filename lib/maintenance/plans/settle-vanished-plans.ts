import type { Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import { finalRunStates } from '#lib/runs/run-types.ts'
import type { PlanAction } from './plan-types.ts'

/** Longer than all tries of the job that makes a plan. */
const planningStaleMs = 4 * 3_600_000

/**
 * Tells the truth about plans of a table whose worker vanished, so that none is in the way for ever: one whose run is over
 * without having applied it can be applied again, one that was never made has failed.
 */
export async function settleVanishedPlans(
  tx: Transaction,
  { action, tableId }: { action: PlanAction | string; tableId: string },
): Promise<void> {
  const applying = await tx.maintenancePlan.findMany({
    where: { action, tableId, state: 'applying' },
    select: { id: true, runId: true, decidedAt: true },
  })
  for (const { id, runId, decidedAt } of applying) {
    const run = runId && (await tx.run.findUnique({ where: { id: runId }, select: { state: true } }))
    if (run && !finalRunStates.some((state) => state === run.state)) continue
    await tx.maintenancePlan.updateMany({
      where: { id, state: 'applying' },
      data: { state: decidedAt ? 'approved' : 'draft', runId: null },
    })
  }
  const lost = new AppError('unavailable', 'The worker that made the plan vanished. Plan again.')
  await tx.maintenancePlan.updateMany({
    where: { action, tableId, state: 'planning', createdAt: { lt: new Date(Date.now() - planningStaleMs) } },
    data: { state: 'failed', problem: JSON.parse(JSON.stringify(problemOf(lost))) },
  })
}
