import type { Database } from '#lib/db.ts'
import { openPlanStates, type PlanState } from '../plans/plan-types.ts'
import { type MaintenanceAction, maintenanceActions } from '../policy/policy-fields.ts'
import type { ActionHistory } from './decide.ts'

const activePlanStates: readonly PlanState[] = [...openPlanStates, 'planning', 'applying']

/** What became of a table's newest compaction and of its newest plan of each other action. */
export async function loadHistory(
  db: Database,
  tableId: string,
): Promise<Record<MaintenanceAction, ActionHistory>> {
  const planned = maintenanceActions.filter((action) => action !== 'compaction')
  const [compaction, plans, active] = await Promise.all([
    db.run.findFirst({
      where: { kind: 'compaction', tableId },
      orderBy: { createdAt: 'desc' },
      select: { id: true, state: true, createdAt: true, finishedAt: true },
    }),
    db.maintenancePlan.findMany({
      where: { tableId, action: { in: planned } },
      orderBy: [{ action: 'asc' }, { createdAt: 'desc' }],
      distinct: ['action'],
      select: { action: true, state: true, createdAt: true, plannedAt: true, runId: true },
    }),
    db.maintenancePlan.findMany({
      where: { tableId, state: { in: [...activePlanStates] } },
      orderBy: { createdAt: 'desc' },
      select: { action: true, id: true, state: true },
    }),
  ])
  const runIds = plans.flatMap(({ runId }) => (runId === null ? [] : [runId]))
  const runs =
    runIds.length === 0
      ? []
      : await db.run.findMany({
          where: { id: { in: runIds } },
          select: { id: true, state: true, finishedAt: true },
        })
  const ofPlans = (action: MaintenanceAction): ActionHistory => {
    const last = plans.find((plan) => plan.action === action)
    const waiting = active.find((plan) => plan.action === action)
    const run = runs.find(({ id }) => id === last?.runId)
    const endedAt = run?.finishedAt ?? last?.plannedAt
    const failed = last?.state === 'failed' || run?.state === 'failed'
    return {
      active: waiting ? { kind: 'plan', id: waiting.id, state: waiting.state } : null,
      lastAt: last?.createdAt.getTime() ?? null,
      lastEnd: endedAt ? { at: endedAt.getTime(), failed } : null,
    }
  }
  const running = compaction?.state === 'queued' || compaction?.state === 'running'
  const endedAt = compaction?.finishedAt
  return {
    compaction: {
      active: compaction && running ? { kind: 'run', id: compaction.id, state: compaction.state } : null,
      lastAt: compaction?.createdAt.getTime() ?? null,
      lastEnd: endedAt ? { at: endedAt.getTime(), failed: compaction.state === 'failed' } : null,
    },
    'tag-snapshots': ofPlans('tag-snapshots'),
    'expire-snapshots': ofPlans('expire-snapshots'),
    'remove-orphan-files': ofPlans('remove-orphan-files'),
    'rewrite-manifests': ofPlans('rewrite-manifests'),
    'delete-old-rows': ofPlans('delete-old-rows'),
  }
}
