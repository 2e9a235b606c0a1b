import type { z } from 'zod'
import type { ReadinessSchema } from '#lib/api/readiness.ts'
import type { Database } from '#lib/db.ts'
import { logger } from '#lib/log.ts'
import type { FileIO } from '#lib/storage/file-io.ts'

export type Readiness = z.infer<typeof ReadinessSchema>

/** One process of each must be there for events to become tables. */
const neededWorkers = ['supervisor', 'ingest', 'commit', 'maintain', 'pipeline'] as const
/** Workers beat every few seconds; after this long one is taken for dead. */
const beatWithinMs = 30_000
/** A probe that hangs tells its caller less than one that says what hangs. */
const checkWithinMs = 3_000

/** Looks at the database, the store and the workers; names what is missing in plain words, without addresses or secrets. */
export async function checkReadiness(parts: {
  db: Database
  io: FileIO
  warehouse: string
}): Promise<Readiness> {
  const checks: Record<string, string> = {}
  const log = logger({ part: 'readiness' })
  const [store, workers] = await Promise.allSettled([
    within(answers(parts.io.list(parts.warehouse))),
    within(missingWorkers(parts.db)),
  ])
  if (store.status === 'rejected') {
    log.warn({ error: store.reason }, 'the store does not answer')
    checks.store =
      'The store does not answer. Check WAREHOUSE_LOCATION and the S3 settings; the log has the reason.'
  }
  if (workers.status === 'rejected') {
    log.warn({ error: workers.reason }, 'Postgres does not answer')
    checks.database = 'Postgres does not answer. Check DATABASE_URL and that the server runs.'
    checks.workers = 'Not known while Postgres does not answer.'
  } else {
    Object.assign(checks, workers.value)
  }
  return Object.keys(checks).length === 0 ? { status: 'ok' } : { status: 'unavailable', checks }
}

async function answers(files: AsyncIterable<unknown>): Promise<void> {
  for await (const _first of files) return
}

async function missingWorkers(db: Database): Promise<Record<string, string>> {
  const now = Date.now()
  const ready = await db.workerProcess.findMany({
    where: { kind: { in: [...neededWorkers] }, state: 'ready', beatAt: { gt: new Date(now - beatWithinMs) } },
    distinct: ['kind'],
    select: { kind: true },
  })
  const present = new Set(ready.map(({ kind }) => kind))
  const missing: Record<string, string> = {}
  for (const kind of neededWorkers.filter((needed) => !present.has(needed))) {
    const last = await db.workerProcess.findFirst({ where: { kind }, orderBy: { beatAt: 'desc' } })
    missing[kind] = last
      ? `No ${kind} worker is ready: the last one was ${last.state} ${Math.round((now - last.beatAt.getTime()) / 1_000)} s ago${last.problem ? ` (${last.problem})` : ''}.`
      : `No ${kind} worker has started. Run: npm run workers.`
  }
  return missing
}

function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${checkWithinMs} ms`)), checkWithinMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
