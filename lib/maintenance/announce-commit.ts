import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'

/**
 * Starts what follows a new current snapshot: the look at the table's health, and the marts of its sites. The commit
 * stands when that fails; the next one, or the next start of the commit worker, announces this snapshot too.
 * @param evaluateAfterSeconds how long the look at the health, which may start a compaction, waits
 */
export async function announceCommit(
  { db, log }: { db: Database; log: Logger },
  tableId: string,
  snapshotId: bigint,
  { evaluateAfterSeconds = 0 }: { evaluateAfterSeconds?: number } = {},
): Promise<void> {
  try {
    const payload = { tableId, snapshotId: snapshotId.toString() }
    await sendJob(
      'table.evaluate',
      payload,
      evaluateAfterSeconds > 0 ? { startAfterSeconds: evaluateAfterSeconds } : {},
    )
    const sites = await db.site.findMany({ where: { tableId }, select: { id: true } })
    for (const { id } of sites) await sendJob('mart.refresh-visitors', { siteId: id })
  } catch (error) {
    log.warn({ tableId, error }, 'follow-up jobs not sent')
  }
}
