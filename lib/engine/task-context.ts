import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../errors.ts'
import type { SessionOptions } from './duckdb-session.ts'
import type { TaskProgress } from './tasks.ts'

/** What a task may use of the process it runs in. */
export interface TaskContext {
  options: SessionOptions
  signal: AbortSignal
  report: (progress: TaskProgress) => void
}

export const throwIfCancelled = (signal: AbortSignal): void => {
  if (signal.aborted) throw new AppError('cancelled', 'The task was cancelled.')
}

/** DuckDB's own progress is asked for this often; a person's eye wants no more. */
const pollMilliseconds = 200

/** Runs statements with the task's cancellation and passes DuckDB's progress (0…1) on. */
export async function watched<Result>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  work: () => Promise<Result>,
  onFraction?: (fraction: number) => void,
): Promise<Result> {
  throwIfCancelled(signal)
  const interrupt = () => connection.interrupt()
  signal.addEventListener('abort', interrupt)
  let highest = 0
  const timer = onFraction
    ? setInterval(() => {
        // −1 until the plan is running.
        const fraction = connection.progress.percentage / 100
        if (fraction > highest) {
          highest = Math.min(fraction, 1)
          onFraction(highest)
        }
      }, pollMilliseconds)
    : undefined
  try {
    return await work()
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', interrupt)
  }
}
