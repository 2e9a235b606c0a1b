import type { TaskName, TaskPayload, TaskProgress, TaskResult } from './tasks.ts'

export interface EngineOptions {
  /** Child processes, each one DuckDB. */
  processes: number
  /** DuckDB threads in each process. */
  threads: number
  /** DuckDB's memory_limit for each process, for example `1200MB`. Under 1.2 GB a million-row ingest fails instead of spilling. */
  memoryLimit: string
  /** Folder for spilled data and sliced inputs; made if missing, one subfolder a process. */
  spillDirectory: string
}

/** What a task cost the process that ran it; milliseconds. */
export interface TaskUsage {
  /** User and system time of all of the process's threads. */
  cpuMs: number
  /** From the task's start to its end, without the wait for a free process. */
  wallMs: number
}

export interface RunOptions {
  signal?: AbortSignal
  onProgress?: (progress: TaskProgress) => void
  /** Called once before the promise settles, also for a task that fails; not when its process died. */
  onUsage?: (usage: TaskUsage) => void
}

export interface EngineStatus {
  processes: { pid: number; busy: boolean; task: TaskName | null; residentBytes: number | null }[]
  queued: number
}

/** SQL over sets of files, in other processes, so that neither a crash nor a full memory harms the caller. */
export interface Engine {
  /**
   * Runs one task in a free process; waits in order when all are busy.
   * @throws AppError `unavailable` (retryable) when the process died, `cancelled` on abort, `bad-input`/`corrupt` by the task.
   */
  run<Name extends TaskName>(
    name: Name,
    payload: TaskPayload<Name>,
    options?: RunOptions,
  ): Promise<TaskResult<Name>>
  /** Process ids and what they do. */
  status(): EngineStatus
  /** Ends after running tasks; queued ones are rejected as `cancelled`. With `force` running ones are ended too. Idempotent. */
  close(options?: { force?: boolean }): Promise<void>
}
