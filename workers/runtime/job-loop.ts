import type { PgBoss } from 'pg-boss'
import { databaseUrl } from '#lib/db.ts'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { env } from '#lib/env.ts'
import { isAppError, messageOf } from '#lib/errors.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { type JobName, type JobPayload, jobContracts, jobNames } from '#lib/jobs/contracts.ts'
import { openQueue, sendJob } from '#lib/jobs/queue.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { jobRegistry } from '../jobs/registry.ts'
import type { JobDefinition } from './define-job.ts'
import type { WorkerContext } from './worker.ts'

/** More than one job at once per process only where the engine has processes for them. */
const atOnce = (): number => env().ENGINE_PROCESSES

interface ReceivedJob {
  id: string
  data: unknown
  signal: AbortSignal
}

interface JobOutcome {
  id: string
  status: 'completed' | 'failed' | 'deadletter'
  output?: object
}

/** Works off the jobs of this kind of worker until it is asked to stop; jobs of other kinds and unknown names stay where they are. */
export async function workJobs(context: WorkerContext & { kind: 'maintain' | 'pipeline' }): Promise<void> {
  const { db, log, stopping, signal, heartbeat } = context
  const names = jobNames.filter((name) => jobContracts[name].worker === context.kind)
  const io = fileIO()
  const catalog = await openDefaultCatalog(db, io)
  let engine: Engine | undefined
  const openEngine = (): Engine => {
    engine ??= createEngine({
      processes: env().ENGINE_PROCESSES,
      threads: env().ENGINE_THREADS,
      memoryLimit: env().ENGINE_MEMORY_LIMIT,
      spillDirectory: `${env().dataDirectory}/spill/${context.name}`,
    })
    return engine
  }
  const queue = await openQueue(databaseUrl())
  const active = new Map<string, { job: JobName; since: string; runId?: string }>()
  const showActivity = () => heartbeat.setActivity(active.size > 0 ? { jobs: [...active.values()] } : null)

  const runOne = async <Name extends JobName>(name: Name, job: ReceivedJob): Promise<JobOutcome> => {
    const parsed = jobContracts[name].payload.safeParse(job.data)
    if (!parsed.success) {
      const message = `Job ${job.id} of ${name} has a payload that does not fit its schema: ${parsed.error.message}`
      log.error({ job: name, jobId: job.id }, message)
      return { id: job.id, status: 'deadletter', output: { message } }
    }
    const payload = parsed.data as JobPayload<Name>
    const { runId, requestId } = parsed.data as { runId?: string; requestId?: string }
    const jobLog = log.child({ job: name, jobId: job.id, runId, requestId })
    active.set(job.id, { job: name, since: new Date().toISOString(), ...(runId ? { runId } : {}) })
    showActivity()
    const started = performance.now()
    try {
      const definition: JobDefinition<Name> = (await jobRegistry[name]()).default
      await definition.run({
        payload,
        jobId: job.id,
        requestId,
        log: jobLog,
        worker: context.name,
        db,
        io,
        catalog,
        engine: openEngine,
        sendJob,
        signal: AbortSignal.any([signal, job.signal]),
        stopping,
      })
      jobLog.info({ ms: Math.round(performance.now() - started) }, 'job done')
      return { id: job.id, status: 'completed' }
    } catch (error) {
      const final = isAppError(error) && !error.retryable && error.code !== 'internal'
      jobLog[isAppError(error, 'cancelled') ? 'info' : 'error']({ error, retried: !final }, 'job failed')
      return { id: job.id, status: final ? 'deadletter' : 'failed', output: { message: messageOf(error) } }
    } finally {
      active.delete(job.id)
      showActivity()
    }
  }

  for (const name of names) await listen(queue, name, runOne, stopping)
  await heartbeat.setState('ready')
  await new Promise<void>((resolve) => {
    if (stopping.aborted) resolve()
    stopping.addEventListener('abort', () => resolve(), { once: true })
  })
  // Order: no new jobs, running ones to their end (or to the abort), then what they use.
  const now = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  await Promise.race([queue.stop({ graceful: true, timeout: 10 * 60_000 }), now])
  await engine?.close({ force: signal.aborted })
}

async function listen<Name extends JobName>(
  queue: PgBoss,
  name: Name,
  runOne: (name: Name, job: ReceivedJob) => Promise<JobOutcome>,
  stopping: AbortSignal,
): Promise<void> {
  await queue.work(
    name,
    {
      // Batches of one starve a notified queue; 5 s of polling is the net beneath the notifications.
      batchSize: 10,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: 2,
      notifyPollingIntervalSeconds: 5,
      perJobResults: true,
    },
    async (jobs: ReceivedJob[]) => {
      const outcomes: JobOutcome[] = []
      const waiting = [...jobs]
      const lane = async () => {
        for (let job = waiting.shift(); job; job = waiting.shift()) {
          outcomes.push(
            stopping.aborted
              ? {
                  id: job.id,
                  status: 'failed',
                  output: { message: 'The worker was asked to stop; another one takes the job.' },
                }
              : await runOne(name, job),
          )
        }
      }
      await Promise.all(Array.from({ length: Math.min(atOnce(), jobs.length) }, lane))
      return outcomes
    },
  )
}
