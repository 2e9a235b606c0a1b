import { PgBoss } from 'pg-boss'
import { databaseUrl } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { type JobContract, type JobName, type JobPayload, jobContracts, jobNames } from './contracts.ts'

/**
 * pg-boss over its own small pool. Queues notify (LISTEN) their workers, so that a job sent after a commit starts within
 * milliseconds; polling every 5 s is the net beneath.
 */
export async function openQueue(
  url: string,
  options: { supervise: boolean } = { supervise: true },
): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    max: 4,
    useListenNotify: true,
    // Only one kind of process needs to expire and retry lost jobs; the web app merely sends.
    supervise: options.supervise,
    schedule: options.supervise,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  })
  boss.on('error', (error) => logger({ part: 'queue' }).error({ error }, 'the job queue reported an error'))
  await boss.start()
  const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
  for (const name of jobNames) {
    const contract: JobContract = jobContracts[name]
    const settings = {
      retryLimit: contract.retries,
      retryBackoff: true,
      expireInSeconds: contract.expireInSeconds,
      // A job whose process was killed is retried within half a minute instead of at its expiry.
      heartbeatSeconds: 15,
      notify: true,
    }
    if (existing.has(name)) await boss.updateQueue(name, settings)
    else await boss.createQueue(name, { ...settings, policy: 'stately' })
    const { cron, scheduled = {}, key } = contract
    if (cron && options.supervise) {
      await boss.schedule(name, cron, scheduled, { tz: 'UTC', singletonKey: String(scheduled[key]) })
    }
  }
  return boss
}

const held = globalThis as { firnQueue?: Promise<PgBoss> | undefined }

function senderQueue(): Promise<PgBoss> {
  held.firnQueue ??= openQueue(databaseUrl(), { supervise: false }).catch((cause) => {
    held.firnQueue = undefined
    throw new AppError(
      'unavailable',
      'The job queue in Postgres could not be opened; check DATABASE_URL and try again.',
      {
        cause,
        retryable: true,
      },
    )
  })
  return held.firnQueue
}

/**
 * Sends a job and returns its id, or null where one with the same key already waits.
 * @throws AppError `bad-input` when the payload does not fit the job's schema.
 */
export async function sendJob<Name extends JobName>(
  name: Name,
  payload: JobPayload<Name>,
  options: { startAfterSeconds?: number; queue?: PgBoss } = {},
): Promise<string | null> {
  const contract = jobContracts[name]
  const parsed = contract.payload.safeParse(payload)
  if (!parsed.success) {
    throw new AppError(
      'bad-input',
      `The payload of job ${name} does not fit its schema: ${parsed.error.message}`,
    )
  }
  const data: Record<string, unknown> = parsed.data
  const boss = options.queue ?? (await senderQueue())
  return boss.send(name, data, {
    singletonKey: String(data[contract.key]),
    ...(options.startAfterSeconds === undefined ? {} : { startAfter: options.startAfterSeconds }),
  })
}

/** Closes this process's sending connection; for graceful stops and tests. */
export async function closeSenderQueue(): Promise<void> {
  const open = held.firnQueue
  held.firnQueue = undefined
  if (open) await (await open).stop({ graceful: false })
}
