import type { Database } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { isAppError, messageOf } from '#lib/errors.ts'
import type { Logger } from '#lib/log.ts'
import { watchCancel } from '#lib/runs/cancel-signal.ts'
import { startCpuMeter } from '#lib/runs/cpu-time.ts'
import { cancelRun, failRun, finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { type ProgressReporter, progressReporter } from '#lib/runs/report-progress.ts'
import { startRun } from '#lib/runs/start-run.ts'
import { type Canary, noCanary } from './canary/canary-types.ts'

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

/** What the work of a run is given. */
export interface RunTools {
  /** Aborted, too, once somebody asked the run to stop. */
  signal: AbortSignal
  report: ProgressReporter
  /** The engine, with what it does counted as this run's. */
  metered(engine: Engine): Engine
}

/** How a run ends well. */
export interface RunEnd {
  state?: 'succeeded' | 'skipped'
  after?: object
  details?: object
  /** Asks the table the same before and after; its own cost is not the run's. */
  canary?: () => Promise<Canary>
}

/**
 * Does the work of a run: starts it, watches for cancellation, counts its CPU time, and ends it by what the work gives
 * back, or as failed or cancelled when the work throws. Throws only where another worker has to take the run over.
 */
export async function withRun(
  context: RunContext,
  runId: string,
  work: (tools: RunTools) => Promise<RunEnd>,
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
  const meter = await startCpuMeter(db, runId)
  const watch = watchCancel(db, runId, context.signal)
  const report = progressReporter(db, runId)
  try {
    const { canary, ...end } = await work({ signal: watch.signal, report, metered: meter.metered })
    await report.flush()
    await meter.record()
    await finishRun(db, runId, canary ? { ...end, canary: await askCanary(context, runId, canary) } : end)
  } catch (error) {
    await report.flush()
    await meter.record()
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

/** A canary never decides how a run ends. Different rows before and after are the worst that maintenance can do: they are said aloud, and found by the alerts. */
async function askCanary(
  { db, log }: RunContext,
  runId: string,
  ask: () => Promise<Canary>,
): Promise<Canary> {
  const canary = await ask().catch((error: unknown) => noCanary('failed', messageOf(error)))
  const { state, reason, sql, before, after } = canary
  if (state === 'differs') {
    log.error({ runId, sql, before, after }, 'maintenance changed the result of the canary query')
    await logRun(db, runId, 'error', `The canary query has another result than before. ${reason ?? ''}`)
  } else if (state === 'failed') {
    log.warn({ runId, sql, reason }, 'the canary query could not be run')
    await logRun(db, runId, 'warn', `The canary query could not be run: ${reason ?? ''}`)
  }
  return canary
}
