import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import type { MaintenancePolicy } from '../maintenance-policy.ts'
import { leastOrphanAgeMs } from '../policy/policy-fields.ts'
import type { PlanAction, PlanOptions } from './plan-types.ts'
import { settleVanishedPlans } from './settle-vanished-plans.ts'

export interface PlanRequest {
  action: PlanAction
  tableId: string
  policy: MaintenancePolicy
  trigger: 'manual' | 'schedule'
  requestedBy: string
  /** The person who asked, or the token of nobody. */
  requestedById?: string
  requestId?: string
  /** Applied as soon as it is made, unless somebody has to approve it. */
  autoApply?: boolean
}

/**
 * A policy with what a caller asks for one plan.
 * @throws AppError `bad-input` for an orphan age under 24 hours without the override
 */
export function policyWith(policy: MaintenancePolicy, options: PlanOptions): MaintenancePolicy {
  const { maxSnapshotAgeMs, minSnapshotsToKeep, minAgeMs, override, allFiles } = options
  if (minAgeMs !== undefined && minAgeMs < leastOrphanAgeMs && !override) {
    throw new AppError(
      'bad-input',
      `Files of running commits may be up to a day old: expected minAgeMs of at least ${leastOrphanAgeMs} (24 hours), found ${minAgeMs}. Set override to go below it when nothing writes to the table.`,
    )
  }
  return {
    ...policy,
    compaction: { ...policy.compaction, ...(allFiles === undefined ? {} : { allFiles }) },
    expiry: {
      ...policy.expiry,
      ...(maxSnapshotAgeMs === undefined ? {} : { maxSnapshotAgeMs }),
      ...(minSnapshotsToKeep === undefined ? {} : { minSnapshotsToKeep }),
    },
    orphans: { ...policy.orphans, ...(minAgeMs === undefined ? {} : { minAgeMs }) },
  }
}

/**
 * Asks for a plan; a worker makes it. While one of the same action is made or applied for the table, that one's id is
 * returned with `created` false.
 */
export async function createPlan(
  db: Database,
  request: PlanRequest,
  send: typeof sendJob = sendJob,
): Promise<{ planId: string; created: boolean }> {
  const { action, tableId, policy, ...rest } = request
  const outcome = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`plan ${action} ${tableId}`}, 0))`
    await settleVanishedPlans(tx, { action, tableId })
    const active = await tx.maintenancePlan.findFirst({
      where: { action, tableId, state: { in: ['planning', 'applying'] } },
      select: { id: true },
    })
    if (active) return { planId: active.id, created: false }
    const { id } = await tx.maintenancePlan.create({
      data: { action, tableId, policy, ...rest },
      select: { id: true },
    })
    return { planId: id, created: true }
  })
  if (!outcome.created) return outcome
  try {
    await send('maintenance.plan', { planId: outcome.planId })
  } catch (error) {
    // A plan that no job will ever make would block the table's next ones.
    await db.maintenancePlan.delete({ where: { id: outcome.planId } })
    throw error
  }
  return outcome
}
