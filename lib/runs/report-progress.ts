import type { Database } from '#lib/db.ts'
import type { RunProgress } from './run-types.ts'

/** A bar that moves twice a second looks alive; more writes than that help nobody. */
const minimumMs = 500

export interface ProgressReporter {
  /** Merges into what was reported before; written at most twice a second. */
  (progress: RunProgress): void
  /** Writes what is still held back. */
  flush(): Promise<void>
}

/**
 * Reports a run's progress, throttled. Also the run's sign of life: keep reporting, or call it with `{}`, at least every
 * 10 s. A failed write is dropped: the next one brings the same numbers.
 */
export function progressReporter(db: Database, runId: string): ProgressReporter {
  let current: RunProgress = {}
  let written = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    written = Date.now()
    const progress = { ...current }
    writing = writing
      .then(async () => {
        await db.run.updateMany({
          where: { id: runId, state: 'running' },
          data: { progress, beatAt: new Date() },
        })
      })
      .catch(() => {})
    return writing
  }

  const report = (progress: RunProgress): void => {
    current = { ...current, ...progress }
    if (timer) return
    const wait = written + minimumMs - Date.now()
    if (wait <= 0) void write()
    else timer = setTimeout(write, wait)
  }
  return Object.assign(report, { flush: async () => (timer ? write() : writing) })
}
