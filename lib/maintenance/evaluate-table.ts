import type { Database } from '#lib/db.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { formatIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { sendJob as send } from '#lib/jobs/queue.ts'
import type { TableHealth } from './evaluate-health.ts'
import { createPlan } from './plans/create-plan.ts'
import type { EffectivePolicy } from './policy/effective-policy.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import { plannerPolicy } from './policy/planner-policy.ts'
import type { MaintenanceAction } from './policy/policy-fields.ts'
import { requestCompaction } from './request-compaction.ts'
import type { Decision, StoredDecision } from './why/condition.ts'
import { decideAll, wakeAt } from './why/decide.ts'
import { lookAtTable } from './why/look-at-table.ts'

export type EvaluationTrigger = 'commit' | 'schedule'

export interface Evaluation {
  health: TableHealth
  decisions: Decision[]
  stored: StoredDecision[]
}

/**
 * Looks at a table after a commit or when time has made something due: measures its health, starts what its policy asks
 * for, and keeps both with the reasons. When to look again is noted on the table's row.
 */
export async function evaluateTable(
  context: { db: Database; catalog: BuiltInCatalog; sendJob?: typeof send },
  tableId: string,
  trigger: EvaluationTrigger = 'commit',
): Promise<Evaluation> {
  const { db, catalog, sendJob = send } = context
  const table = await catalog.loadTableById(tableId)
  const policy = await loadTablePolicy(db, table)
  const { facts, health } = await lookAtTable(db, table, policy)
  const decisions = decideAll(facts)
  const stored: StoredDecision[] = []
  for (const { action, due, nextAt, conditions } of decisions) {
    const started = due ? await start(db, table, { action, policy, trigger }, sendJob) : null
    const failed = conditions.filter(({ passed }) => !passed).map(({ name }) => name)
    stored.push({ action, due, failed, nextAt, started })
  }
  const { score, parts, files, bytes } = health
  const snapshotId = table.metadata.currentSnapshotId ?? null
  await db.$transaction([
    db.icebergTable.update({ where: { id: tableId }, data: { health } }),
    // A commit that came meanwhile has to be looked at by itself.
    db.icebergTable.updateMany({
      where: { id: tableId, metadataLocation: table.metadataLocation },
      data: { evaluateAfter: new Date(wakeAt(decisions, facts.now)) },
    }),
    db.tableEvaluation.create({
      data: {
        tableId,
        at: new Date(facts.now),
        snapshotId,
        score,
        parts: Object.fromEntries(Object.entries(parts).map(([name, { points }]) => [name, points])),
        files,
        bytes,
        decisions: stored,
      },
    }),
  ])
  return { health, decisions, stored }
}

/** Starts an action; null where somebody else was faster. */
async function start(
  db: Database,
  table: BuiltInTable,
  {
    action,
    policy,
    trigger,
  }: { action: MaintenanceAction; policy: EffectivePolicy; trigger: EvaluationTrigger },
  sendJob: typeof send,
): Promise<StoredDecision['started']> {
  const { id: tableId, identifier } = table
  if (action === 'compaction') {
    const request = { tableId, tableName: formatIdentifier(identifier), trigger, requestedBy: 'firn' }
    const { runId, started } = await requestCompaction(db, request, sendJob)
    return started ? { kind: 'run', id: runId } : null
  }
  const { planId, created } = await createPlan(
    db,
    {
      action,
      tableId,
      policy: plannerPolicy(policy, action),
      trigger: 'schedule',
      requestedBy: 'firn',
      autoApply: true,
    },
    sendJob,
  )
  return created ? { kind: 'plan', id: planId } : null
}
