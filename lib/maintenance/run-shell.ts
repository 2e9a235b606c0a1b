import type { Database } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import type { Logger } from '#lib/log.ts'
import { watchCancel } from '#lib/runs/cancel-signal.ts'
import { cancelRun, failRun } from '#lib/runs/finish-run.ts'
import { type ProgressReporter, progressReporter } from '#lib/runs/report-progress.ts'
import { startRun } from '#lib/runs/start-run.ts'

/** What a run of maintenance gets from the process it runs in. */
export interface RunContext {
  db: Database
  log: Logger
  worker: string
  jobId: string
  /** Stop now. */
  signal: AbortSignal
  /** Finish what is begun, begin nothing new. */
  stopping: AbortSignal
}

/**
 * Does the work of a run: starts it, watches for cancellation, and ends it as failed or cancelled when the work throws.
 * The work ends it well itself. Throws only where another worker has to take the run over.
 */
export async function withRun(
  context: RunContext,
  runId: string,
  work: (signal: AbortSignal, report: ProgressReporter) => Promise<void>,
  ended: {
    cancelled: string
    /** Called when the run did not end well; null: it was over before it began. */
    failed?: (error: unknown) => Promise<void>
  },
): Promise<void> {
  const { db, log } = context
  try {
    await startRun(db, runId, { worker: context.worker, jobId: context.jobId })
  } catch (error) {
    // Cancelled before it began, or over already.
    if (!isAppError(error, 'cancelled', 'conflict')) throw error
    await ended.failed?.(null)
    return
  }
  const watch = watchCancel(db, runId, context.signal)
  const report = progressReporter(db, runId)
  try {
    await work(watch.signal, report)
  } catch (error) {
    await report.flush()
    // Another worker goes on where this one had to stop.
    if (context.signal.aborted || context.stopping.aborted) throw error
    if (watch.signal.aborted) {
      await cancelRun(db, runId, ended.cancelled)
    } else {
      await failRun(db, runId, error)
      log.error({ error }, 'the run failed')
    }
    await ended.failed?.(error)
  } finally {
    watch.stop()
  }
}
