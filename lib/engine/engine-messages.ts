import type { ErrorCode } from '../errors.ts'
import type { SessionOptions } from './duckdb-session.ts'
import type { TaskUsage } from './engine.ts'
import type { TaskName, TaskProgress, TaskTypes } from './tasks.ts'

/** An AppError on its way between processes. */
export interface ErrorMessage {
  code: ErrorCode
  message: string
  userMessage: string
  context: Record<string, unknown>
  retryable: boolean
}

export type ToProcess =
  | { type: 'start'; options: SessionOptions }
  | { type: 'run'; id: number; name: TaskName; payload: TaskTypes[TaskName]['payload'] }
  | { type: 'cancel'; id: number }
  | { type: 'stop' }

export type FromProcess =
  | { type: 'ready' }
  | { type: 'progress'; id: number; progress: TaskProgress; residentBytes: number }
  | {
      type: 'done'
      id: number
      result: TaskTypes[TaskName]['result']
      residentBytes: number
      usage: TaskUsage
    }
  | { type: 'failed'; id: number; error: ErrorMessage; residentBytes: number; usage: TaskUsage }
