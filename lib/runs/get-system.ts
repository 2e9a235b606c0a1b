import type { z } from 'zod'
import type { SystemSchema } from '#lib/api/system.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { closedTables } from '#lib/grants/table-access.ts'
import { jobContracts, jobNames } from '#lib/jobs/contracts.ts'
import packageJson from '../../package.json' with { type: 'json' }

const endedShownMs = 3_600_000

/**
 * What runs where: workers, queues, versions and places. What a worker is at names its table or source: only those see
 * it to whom nothing is closed.
 */
export async function getSystem(db: Database, actor: Actor): Promise<z.infer<typeof SystemSchema>> {
  const [workers, jobs, facts, stagedFiles, closed] = await Promise.all([
    db.workerProcess.findMany({
      where: {
        OR: [
          { state: { in: ['starting', 'ready', 'stopping'] } },
          { beatAt: { gte: new Date(Date.now() - endedShownMs) } },
        ],
      },
      orderBy: [{ kind: 'asc' }, { startedAt: 'desc' }],
      take: 200,
    }),
    countJobs(db),
    db.$queryRaw<{ version: string; bytes: number }[]>`
      SELECT current_setting('server_version') AS version, pg_database_size(current_database())::float8 AS bytes`,
    db.stagedFile.count({ where: { snapshotId: null } }),
    closedTables(db, actor),
  ])
  const settings = env()
  return {
    version: packageJson.version,
    stage: settings.stage,
    node: process.version,
    startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
    postgres: facts[0]?.version ?? '',
    databaseBytes: facts[0]?.bytes ?? 0,
    warehouse: settings.WAREHOUSE_LOCATION,
    landing: settings.LANDING_LOCATION,
    kafka: settings.KAFKA_BROKERS,
    workers: workers.map((worker) => ({
      ...worker,
      rssBytes: Number(worker.rssBytes),
      activity: closed.length > 0 ? null : activityOf(worker.activity),
      startedAt: worker.startedAt.toISOString(),
      beatAt: worker.beatAt.toISOString(),
      stoppedAt: worker.stoppedAt?.toISOString() ?? null,
    })),
    queues: jobNames.map((name) => {
      const count = (...states: string[]) =>
        jobs.reduce((sum, job) => sum + (job.name === name && states.includes(job.state) ? job.count : 0), 0)
      return {
        name,
        worker: jobContracts[name].worker,
        waiting: count('created'),
        active: count('active'),
        retrying: count('retry'),
        failed: count('failed'),
        completed: count('completed'),
      }
    }),
    stagedFiles,
  }
}

function activityOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.keys(value).length > 0 ? (value as Record<string, unknown>) : null
}

/** pg-boss makes its schema with the first worker; before that there are no jobs. */
async function countJobs(db: Database): Promise<{ name: string; state: string; count: number }[]> {
  const [schema] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('pgboss.job') IS NOT NULL AS there`
  if (!schema?.there) return []
  return db.$queryRaw`
    SELECT name, state::text AS state, count(*)::int AS count FROM pgboss.job GROUP BY name, state`
}
