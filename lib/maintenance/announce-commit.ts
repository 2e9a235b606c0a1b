import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'

/**
 * Starts what follows a commit, whoever made it: the look at the table's health, and the marts of its sites. The commit
 * stands when that fails: it has noted that the table is to be looked at, and the clock finds that within a minute; the
 * marts come with the next commit or the next start of the commit worker.
 */
export async function announceCommit(
  { db, log }: { db: Database; log: Logger },
  tableId: string,
): Promise<void> {
  try {
    await sendJob('table.evaluate', { tableId, trigger: 'commit' })
    const sites = await db.site.findMany({ where: { tableId }, select: { id: true } })
    for (const { id } of sites) await sendJob('mart.refresh-visitors', { siteId: id })
  } catch (error) {
    log.warn({ tableId, error }, 'follow-up jobs not sent')
  }
}
