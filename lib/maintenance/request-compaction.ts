import type { Database, Transaction } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { failRun } from '#lib/runs/finish-run.ts'

export interface CompactionRequest {
  tableId: string
  /** Full name, for the run's title. */
  tableName: string
  trigger: 'commit' | 'schedule' | 'manual'
  requestedBy: string
  requestId?: string
}

/**
 * The run of a table's compaction that waits or runs. Until the transaction ends nobody else makes one: two requests at the
 * same moment must not both find nothing running.
 */
export async function findActiveCompaction(tx: Transaction, tableId: string): Promise<string | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`compaction ${tableId}`}, 0))`
  const active = await tx.run.findFirst({
    where: { kind: 'compaction', tableId, state: { in: ['queued', 'running'] } },
    select: { id: true },
  })
  return active?.id ?? null
}

/**
 * Queues a compaction. A table has one at a time: while one waits or runs, that one's id is returned with `started` false.
 */
export async function requestCompaction(
  db: Database,
  request: CompactionRequest,
  send: typeof sendJob = sendJob,
): Promise<{ runId: string; started: boolean }> {
  const { tableId, tableName, ...run } = request
  const { runId, started } = await db.$transaction(async (tx) => {
    const active = await findActiveCompaction(tx, tableId)
    if (active) return { runId: active, started: false }
    return {
      runId: await createRun(tx, {
        kind: 'compaction',
        title: tableName,
        tableId,
        ...run,
      }),
      started: true,
    }
  })
  if (!started) return { runId, started }
  try {
    const { requestId } = request
    await send('table.rewrite-data-files', { runId, tableId, ...(requestId ? { requestId } : {}) })
  } catch (error) {
    // A run that no job will ever take up would block the table's next ones.
    await failRun(db, runId, error)
    throw error
  }
  return { runId, started }
}
