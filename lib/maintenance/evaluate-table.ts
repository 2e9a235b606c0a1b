import type { Database } from '#lib/db.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { type CompactionPolicy, compactionPolicy } from './compaction-policy.ts'
import { evaluateHealth, type TableHealth } from './evaluate-health.ts'
import { listLiveFiles } from './list-live-files.ts'
import { groupByPartition, type PartitionFiles } from './partition-files.ts'
import { planCompaction } from './plan-compaction.ts'
import { valuesOf } from './policy/effective-policy.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import { requestCompaction } from './request-compaction.ts'

/** After a failed compaction the next automatic one waits, so that a broken table is not tried with every commit. */
const pauseAfterFailureMs = 5 * 60_000

/** Measures a table's health from its cached manifests and keeps it on the table's row. */
export async function measureHealth(
  db: Database,
  tableId: string,
  table: Table,
  policy: CompactionPolicy,
): Promise<{ health: TableHealth; partitions: PartitionFiles[] }> {
  const partitions = groupByPartition(await listLiveFiles(table))
  const snapshotId = table.metadata.currentSnapshotId ?? null
  const health = evaluateHealth(partitions, policy, { snapshotId, now: new Date() })
  await db.icebergTable.update({ where: { id: tableId }, data: { health } })
  return { health, partitions }
}

export interface Evaluation {
  health: TableHealth
  /** The compaction that was started or was there already; null with the reason when none is needed. */
  runId: string | null
  reason: 'started' | 'already-running' | 'nothing-to-merge' | 'disabled' | 'paused-after-failure'
}

/** What happens after each commit: health is measured, and a compaction starts when the table's thresholds ask for it. */
export async function evaluateTable(
  context: { db: Database; catalog: BuiltInCatalog; sendJob?: Parameters<typeof requestCompaction>[2] },
  tableId: string,
): Promise<Evaluation> {
  const { db, catalog } = context
  const table = await catalog.loadTableById(tableId)
  const values = valuesOf(await loadTablePolicy(db, table))
  const policy = compactionPolicy(values)
  const { health, partitions } = await measureHealth(db, tableId, table, policy)
  const idle = (reason: Evaluation['reason']): Evaluation => ({ health, runId: null, reason })
  if (!values['compaction.enabled']) return idle('disabled')
  const plan = planCompaction(partitions, { policy, now: Date.now(), byHand: false })
  if (plan.groups.length === 0) return idle('nothing-to-merge')
  const last = await db.run.findFirst({
    where: { kind: 'compaction', tableId },
    orderBy: { createdAt: 'desc' },
    select: { state: true, finishedAt: true },
  })
  if (last?.state === 'failed' && Date.now() - Number(last.finishedAt ?? 0) < pauseAfterFailureMs) {
    return idle('paused-after-failure')
  }
  const { runId, started } = await requestCompaction(
    db,
    { tableId, tableName: formatIdentifier(table.identifier), trigger: 'commit', requestedBy: 'firn' },
    context.sendJob,
  )
  return { health, runId, reason: started ? 'started' : 'already-running' }
}
