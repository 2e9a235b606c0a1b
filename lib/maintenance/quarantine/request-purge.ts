import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { failRun } from '#lib/runs/finish-run.ts'
import type { PurgeSelection } from './purge-quarantine.ts'

/** Queues a purge. There is one at a time: while one waits or runs, that one's id is returned with `started` false. */
export async function requestPurge(
  db: Database,
  request: {
    selection: PurgeSelection
    trigger: 'manual' | 'schedule'
    requestedBy: string
    title: string
    requestId?: string
  },
  send: typeof sendJob = sendJob,
): Promise<{ runId: string; started: boolean }> {
  const { selection, requestId, ...run } = request
  const outcome = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('firn.purge-quarantine', 0))`
    const active = await tx.run.findFirst({
      where: { kind: 'purge-quarantine', state: { in: ['queued', 'running'] } },
      select: { id: true },
    })
    if (active) return { runId: active.id, started: false }
    const runId = await createRun(tx, {
      kind: 'purge-quarantine',
      ...run,
      details: { selection },
      ...(requestId ? { requestId } : {}),
    })
    return { runId, started: true }
  })
  if (!outcome.started) return outcome
  try {
    await send('quarantine.purge', { runId: outcome.runId, ...(requestId ? { requestId } : {}) })
  } catch (error) {
    await failRun(db, outcome.runId, error)
    throw error
  }
  return outcome
}
