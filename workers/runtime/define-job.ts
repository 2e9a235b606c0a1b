import type { Database } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { JobName, JobPayload } from '#lib/jobs/contracts.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'
import type { FileIO } from '#lib/storage/file-io.ts'

/** What a job's handler gets from the process it runs in. */
export interface JobContext<Name extends JobName> {
  payload: JobPayload<Name>
  jobId: string
  requestId: string | undefined
  /** Carries worker, job, jobId, and runId and requestId where the payload has them. */
  log: Logger
  /** Name of this worker for `startRun`: kind and process id. */
  worker: string
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  /** The worker's engine, started on first use and shared by its jobs. Do not close it. */
  engine(): Engine
  sendJob: typeof sendJob
  /** Aborted when the work has to stop now: second stop signal, or another worker was given the job. */
  signal: AbortSignal
  /** Aborted at the first stop signal: finish what is begun, begin nothing new. */
  stopping: AbortSignal
}

export interface JobDefinition<Name extends JobName = JobName> {
  name: Name
  run(context: JobContext<Name>): Promise<void>
}

/**
 * Defines a job's handler. The default export of `workers/jobs/<name with dashes>.ts`; `workers/jobs/registry.ts` imports
 * it lazily. A handler that throws is retried as its contract says; an AppError that is not retryable and `cancelled`
 * ends the job at once, without another try.
 */
export function defineJob<Name extends JobName>(
  name: Name,
  run: (context: JobContext<Name>) => Promise<void>,
): JobDefinition<Name> {
  return { name, run }
}
