import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { failRun } from './finish-run.ts'

/** Loads go on as soon as any ingest worker is there. */
const loadStaleMs = 15_000
/** Longer than the queue needs to notice a lost worker and to hand its job to another one. */
const jobStaleMs = 120_000

/**
 * Tells the truth about runs whose worker vanished: a load waits for the next ingest worker, which goes on where it was;
 * any other run failed, unless its job was taken up again meanwhile, and so did one whose job vanished before it began.
 * Returns how many rows changed.
 */
export async function settleVanishedRuns(db: Database, now = new Date()): Promise<number> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const loads = await db.run.findMany({
    where: { kind: 'load', state: 'running', beatAt: { lt: before(loadStaleMs) } },
    select: { id: true, worker: true },
  })
  for (const run of loads) {
    const { count } = await db.run.updateMany({
      where: { id: run.id, state: 'running', beatAt: { lt: before(loadStaleMs) } },
      data: { state: 'queued' },
    })
    if (count === 0) continue
    await db.runEvent.create({
      data: {
        runId: run.id,
        level: 'warn',
        message: `Worker ${run.worker ?? 'unknown'} vanished. What it recorded is kept; the load goes on when an ingest worker is back.`,
      },
    })
  }
  const others = await db.run.findMany({
    where: { kind: { not: 'load' }, state: 'running', beatAt: { lt: before(jobStaleMs) } },
    select: { id: true, worker: true, beatAt: true },
  })
  for (const run of others) {
    await failRun(
      db,
      run.id,
      new AppError(
        'unavailable',
        `Worker ${run.worker ?? 'unknown'} vanished during the run (last sign of life ${run.beatAt?.toISOString() ?? 'never'}). Nothing it had not committed counts; the next trigger starts a new run.`,
      ),
    )
  }
  const orphans = await findRunsWithoutJob(db, before(jobStaleMs))
  for (const id of orphans) {
    await failRun(
      db,
      id,
      new AppError(
        'unavailable',
        'The job of this run was lost before it began (a worker or the database went away at that moment, several times). Nothing was done; start it again, or wait for the next trigger.',
      ),
    )
  }
  return loads.length + others.length + orphans.length
}

/** Runs that wait for a job which is not there (any more): they would be in the way of every later one. */
async function findRunsWithoutJob(db: Database, createdBefore: Date): Promise<string[]> {
  const [queue] = await db.$queryRaw<
    { there: boolean }[]
  >`SELECT to_regclass('pgboss.job') IS NOT NULL AS there`
  if (!queue?.there) return []
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT r.id::text FROM "Run" AS r
    WHERE r.state = 'queued' AND r.kind NOT IN ('load', 'commit') AND r."createdAt" < ${createdBefore}
      AND NOT EXISTS (SELECT 1 FROM pgboss.job AS j
        WHERE j.data->>'runId' = r.id::text AND j.state::text IN ('created', 'retry', 'active'))`
  return rows.map(({ id }) => id)
}
