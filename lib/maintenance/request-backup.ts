import { z } from 'zod'
import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { failRun } from '#lib/runs/finish-run.ts'

/** What a backup's run knows besides its progress. */
export const BackupDetailsSchema = z.looseObject({
  namespace: z.array(z.string()),
  /** of the new table */
  name: z.string(),
  /** what is copied; null for a table without snapshots */
  snapshotId: z.string().nullable(),
  /** the new table's folder, from when something may lie there */
  location: z.string().optional(),
})
export type BackupDetails = z.infer<typeof BackupDetailsSchema>

/** `visits_backup_20250701093000`, by UTC. */
export const backupName = (table: string, at: Date): string =>
  `${table}_backup_${at.toISOString().replace(/\D/g, '').slice(0, 14)}`

export interface BackupRequest {
  tableId: string
  /** Full name, for the run's title. */
  tableName: string
  backup: Pick<BackupDetails, 'namespace' | 'name' | 'snapshotId'>
  requestedBy: string
  requestId?: string
}

/**
 * Queues a backup of what a table is now. A table has one at a time: while one waits or runs, that one's id and name are
 * returned with `started` false.
 */
export async function requestBackup(
  db: Database,
  request: BackupRequest,
  send: typeof sendJob = sendJob,
): Promise<{ runId: string; name: string; started: boolean }> {
  const { tableId, tableName, backup, ...run } = request
  const queued = await db.$transaction(async (tx) => {
    // Two requests at the same moment must not both find nothing running.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`backup ${tableId}`}, 0))`
    const active = await tx.run.findFirst({
      where: { kind: 'backup', tableId, state: { in: ['queued', 'running'] } },
      select: { id: true, details: true },
    })
    if (active) {
      const { name } = BackupDetailsSchema.parse(active.details)
      return { runId: active.id, name, started: false }
    }
    const created = { kind: 'backup', title: tableName, tableId, trigger: 'manual', details: backup } as const
    return { runId: await createRun(tx, { ...created, ...run }), name: backup.name, started: true }
  })
  if (!queued.started) return queued
  try {
    const { requestId } = request
    await send('table.back-up', { runId: queued.runId, tableId, ...(requestId ? { requestId } : {}) })
  } catch (error) {
    // A run that no job will ever take up would block the table's next ones.
    await failRun(db, queued.runId, error)
    throw error
  }
  return queued
}
