import type { Database } from '#lib/db.ts'
import { isAppError, messageOf } from '#lib/errors.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { Logger } from '#lib/log.ts'
import { announceCommit } from '#lib/maintenance/announce-commit.ts'
import { pause } from '#lib/runs/pause.ts'
import { failuresToReport, reportCommitFailure, reportCommitRecovery } from './commit-problem.ts'
import { type CommittedTable, commitTable } from './commit-table.ts'
import { createTableLock } from './table-lock.ts'

export interface CommitContext {
  worker: string
  db: Database
  databaseUrl: string
  catalog: BuiltInCatalog
  log: Logger
  intervalSeconds: number
  stopping: AbortSignal
  signal: AbortSignal
  reportActivity(activity: { table: string } | null): void
}

const longestRetryMs = 60_000
/** Staged files are committed within this time, unless their table had a commit less than an interval ago. */
const lookEveryMs = 500

/**
 * Commits the staged files of each table as one snapshot, at most once an interval, then tells maintenance and the marts.
 * Asked to stop it finishes the commit in hand; what is staged then waits for the next start.
 */
export async function runCommits(context: CommitContext): Promise<void> {
  const { db, log, stopping } = context
  const lock = createTableLock(context.databaseUrl, log)
  const failures = new Map<string, { count: number; retryAt: number }>()

  const commit = async (tableId: string): Promise<void> => {
    const failed = failures.get(tableId)
    if (failed && Date.now() < failed.retryAt) return
    try {
      let done: CommittedTable | null | undefined
      do {
        done = await lock.withTable(tableId, () => commitTable(context, tableId))
        if (done) {
          log.info({ tableId, ...done }, 'committed')
          await announceCommit(context, tableId)
        }
      } while (done?.more && !stopping.aborted)
      if (failed && done !== undefined) {
        failures.delete(tableId)
        if (failed.count >= failuresToReport) await reportCommitRecovery(db, tableId)
      }
    } catch (error) {
      if (context.signal.aborted || isAppError(error, 'cancelled')) return
      const count = (failed?.count ?? 0) + 1
      const wait = Math.min(longestRetryMs, 1000 * 2 ** Math.min(count, 6))
      failures.set(tableId, { count, retryAt: Date.now() + wait })
      log.error({ tableId, error, failures: count, retryInMs: wait }, 'the commit failed; it is tried again')
      if (count >= failuresToReport) {
        await reportCommitFailure(db, tableId, error, count, context.worker).catch((reason: unknown) =>
          log.warn({ reason: messageOf(reason) }, 'the failed commit could not be reported'),
        )
      }
    }
  }

  let caughtUp = false
  const committedAt = new Map<string, number>()
  while (!stopping.aborted) {
    try {
      if (!caughtUp) {
        await announceAll(context)
        await recoverReports(db, failures)
        caughtUp = true
      }
      const waiting = await db.$queryRaw<{ id: string; name: string }[]>`
        SELECT t.id, t.name FROM "IcebergTable" AS t
        WHERE EXISTS (SELECT 1 FROM "StagedFile" AS f WHERE f."tableId" = t.id AND f."snapshotId" IS NULL)`
      for (const { id, name } of waiting) {
        if (stopping.aborted) break
        if (Date.now() - (committedAt.get(id) ?? 0) < context.intervalSeconds * 1000) continue
        committedAt.set(id, Date.now())
        context.reportActivity({ table: name })
        await commit(id)
        context.reportActivity(null)
      }
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'staged files could not be listed; trying again')
    }
    await pause(lookEveryMs, stopping)
  }
  await lock.close()
}

/** A worker killed between commit and announcement must not leave the marts behind: each start announces all tables. */
async function announceAll(context: CommitContext): Promise<void> {
  const tables = await context.db.icebergTable.findMany({
    where: {
      currentSnapshotId: { not: null },
      OR: [{ pipelines: { some: {} } }, { errorPipelines: { some: {} } }],
    },
    select: { id: true },
  })
  for (const { id } of tables) await announceCommit(context, id)
}

/** Failure reports of an earlier process are taken back by the first commit that goes through. */
async function recoverReports(
  db: Database,
  failures: Map<string, { count: number; retryAt: number }>,
): Promise<void> {
  const open = await db.run.findMany({
    where: { kind: 'commit', state: { in: ['running', 'queued'] }, tableId: { not: null } },
    select: { tableId: true },
  })
  for (const { tableId } of open) {
    if (tableId) failures.set(tableId, { count: failuresToReport, retryAt: 0 })
  }
}
