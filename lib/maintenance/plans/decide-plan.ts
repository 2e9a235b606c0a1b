import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { PlanState } from './plan-types.ts'
import { getReviewedPlan } from './request-apply.ts'

/**
 * Approves or refuses a plan, by the hash of what was reviewed. Nobody approves a plan of their own.
 * @throws AppError `conflict` when the plan is another one or is not waiting; `forbidden` for one's own plan
 */
export async function decidePlan(
  db: Database,
  decision: { planId: string; hash: string; approve: boolean; by: string; byId: string },
): Promise<void> {
  const { planId, approve, by, byId } = decision
  const plan = await getReviewedPlan(db, decision)
  if (approve && plan.requestedById === byId) {
    throw new AppError(
      'forbidden',
      `${by} asked for this plan, so somebody else has to approve it (the table requires approval).`,
    )
  }
  const from: PlanState[] = approve ? ['awaiting-approval'] : ['draft', 'awaiting-approval', 'approved']
  const { count } = await db.maintenancePlan.updateMany({
    where: { id: planId, state: { in: from } },
    data: { state: approve ? 'approved' : 'refused', decidedBy: by, decidedAt: new Date() },
  })
  if (count === 1) return
  throw new AppError('conflict', `The plan is not waiting for a decision: it is ${plan.state}.`)
}
