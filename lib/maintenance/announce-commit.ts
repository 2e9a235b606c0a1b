import type { Database } from '#lib/db.ts'
import { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'

/**
 * Starts what follows a commit, whoever made it: the look at the table's health, and the marts of its sites. The commit
 * stands when that fails: it has noted that the table is to be looked at, and the clock finds that within a minute; the
 * marts come with the next commit or the next start of the commit worker.
 * @param evaluateAfterSeconds how long the look at the health, which may start a compaction, waits
 */
export async function announceCommit(
  { db, log }: { db: Database; log: Logger },
  tableId: string,
  { evaluateAfterSeconds = 0 }: { evaluateAfterSeconds?: number } = {},
): Promise<void> {
  try {
    await sendJob(
      'table.evaluate',
      { tableId, trigger: 'commit' },
      evaluateAfterSeconds > 0 ? { startAfterSeconds: evaluateAfterSeconds } : {},
    )
  } catch (error) {
    log.warn({ tableId, error }, 'follow-up jobs not sent')
  }
  await refreshMarts({ db, log }, tableId)
}

/** Has the marts of a table's sites brought up to its current snapshot. What was committed stands when that fails. */
export async function refreshMarts(
  { db, log }: { db: Database; log: Logger },
  tableId: string,
  send = sendJob,
): Promise<void> {
  try {
    const sites = await db.site.findMany({ where: { tableId }, select: { id: true } })
    for (const { id } of sites) await send('mart.refresh-visitors', { siteId: id })
  } catch (error) {
    log.warn({ tableId, error }, 'follow-up jobs not sent')
  }
}
