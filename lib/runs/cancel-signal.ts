import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

const lookEveryMs = 1_500

/** True once somebody asked the run to stop. */
export async function isCancelled(db: Database, runId: string): Promise<boolean> {
  const run = await db.run.findUnique({ where: { id: runId }, select: { cancelRequested: true } })
  return run?.cancelRequested ?? true
}

export interface CancelWatch {
  /** Aborts with an AppError `cancelled` once the run was asked to stop, or with the parent's reason. */
  signal: AbortSignal
  stop(): void
}

/** Watches a run's cancel request; every look is also the run's sign of life. Stop it when the work is over. */
export function watchCancel(db: Database, runId: string, parent?: AbortSignal): CancelWatch {
  const controller = new AbortController()
  const forward = () => controller.abort(parent?.reason)
  if (parent?.aborted) forward()
  parent?.addEventListener('abort', forward, { once: true })
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    try {
      const run = await db.run.update({
        where: { id: runId },
        data: { beatAt: new Date() },
        select: { cancelRequested: true },
      })
      if (run.cancelRequested) controller.abort(new AppError('cancelled', `Run ${runId} was cancelled.`))
    } catch {
      // The database is away: the work's own statements will say so; the next look tries again.
    } finally {
      looking = false
    }
  }, lookEveryMs)
  timer.unref()
  return {
    signal: controller.signal,
    stop: () => {
      clearInterval(timer)
      parent?.removeEventListener('abort', forward)
    },
  }
}
