import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'

/**
 * Starts what follows a new current snapshot: the look at the table's health, and the marts of its sites. The commit
 * stands when that fails; the next one, or the next start of the commit worker, announces this snapshot too.
 */
export async function announceCommit(
  { db, log }: { db: Database; log: Logger },
  tableId: string,
  snapshotId: bigint,
): Promise<void> {
  try {
    await sendJob('table.evaluate', { tableId, snapshotId: snapshotId.toString() })
    const sites = await db.site.findMany({ where: { tableId }, select: { id: true } })
    for (const { id } of sites) await sendJob('mart.refresh-visitors', { siteId: id })
  } catch (error) {
    log.warn({ tableId, error }, 'follow-up jobs not sent')
  }
}
