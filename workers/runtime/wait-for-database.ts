import type { Database } from '#lib/db.ts'
import { AppError, messageOf } from '#lib/errors.ts'
import type { Logger } from '#lib/log.ts'
import { pause } from '#lib/runs/pause.ts'

const longestWaitMs = 5_000

/** The first line of a driver's message, which may carry code frames behind it. */
const firstLine = (error: unknown): string => messageOf(error).trim().split('\n').at(-1)?.trim() ?? ''

/**
 * Returns once the database answers; until then says so in the log, first at once and then every 30 s.
 * @throws AppError `cancelled` when the signal is aborted first.
 */
export async function waitForDatabase(db: Database, log: Logger, signal: AbortSignal): Promise<void> {
  let saidAt = 0
  for (let wait = 250; ; wait = Math.min(longestWaitMs, wait * 2)) {
    if (signal.aborted) throw new AppError('cancelled', 'Stopped while waiting for the database.')
    try {
      await db.$queryRaw`SELECT 1`
      if (saidAt > 0) log.info('the database is back')
      return
    } catch (error) {
      if (Date.now() - saidAt > 30_000) {
        saidAt = Date.now()
        log.warn(
          { reason: firstLine(error) },
          'the database does not answer; waiting for it. Check that Postgres runs and that DATABASE_URL names its host, port, user and password',
        )
      }
      await pause(wait, signal)
    }
  }
}
