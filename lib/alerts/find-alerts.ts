import type { AlertEvent } from '#lib/api/alerts.ts'
import type { Database } from '#lib/db.ts'
import { CanarySchema } from '#lib/maintenance/canary/canary-types.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'

/** What happened before this long ago is no news; whoever looks again sooner finds it. */
const newsMs = 3_600_000
/** Health scores below are `poor` on the pages. */
const poorScore = 50

interface Happening {
  event: AlertEvent
  /** The same happening has the same key, whoever finds it. */
  key: string
  subject: string
  message: string
  href: string
  at: Date
}

async function failedRuns(db: Database, since: Date): Promise<Happening[]> {
  const runs = await db.run.findMany({ where: { state: 'failed', finishedAt: { gte: since } }, take: 1_000 })
  return runs.map(({ id, kind, title, problem, finishedAt }) => ({
    event: 'run-failed',
    key: `run-failed:${id}`,
    subject: `${kind} ${title}`,
    message: parseProblem(problem)?.message ?? '',
    href: `/runs/${id}`,
    at: finishedAt ?? since,
  }))
}

/** Maintenance must never change rows: a canary that says it did is news whatever became of the run. */
async function changedRows(db: Database, since: Date): Promise<Happening[]> {
  const runs = await db.run.findMany({
    where: { finishedAt: { gte: since }, canary: { path: ['state'], equals: 'differs' } },
    take: 1_000,
  })
  return runs.map(({ id, kind, title, canary, finishedAt }) => ({
    event: 'canary-differs',
    key: `canary-differs:${id}`,
    subject: `${kind} ${title}`,
    message: CanarySchema.safeParse(canary).data?.reason ?? '',
    href: `/runs/${id}`,
    at: finishedAt ?? since,
  }))
}

async function stoppedSources(db: Database, since: Date): Promise<Happening[]> {
  const sources = await db.source.findMany({ where: { state: 'stopped', updatedAt: { gte: since } } })
  return sources.map(({ id, name, problem, updatedAt }) => ({
    event: 'source-stopped',
    key: `source-stopped:${id}:${updatedAt.toISOString()}`,
    subject: name,
    message: parseProblem(problem)?.message ?? '',
    href: `/sources/${id}`,
    at: updatedAt,
  }))
}

async function crashedWorkers(db: Database, since: Date): Promise<Happening[]> {
  const workers = await db.workerProcess.findMany({ where: { state: 'crashed', stoppedAt: { gte: since } } })
  return workers.map(({ id, kind, host, pid, problem, stoppedAt }) => ({
    event: 'worker-crashed',
    key: `worker-crashed:${id}`,
    subject: `${kind} (${host}, pid ${pid})`,
    message: problem ?? '',
    href: '/admin/system',
    at: stoppedAt ?? since,
  }))
}

interface PoorTable {
  id: string
  catalog: string
  levels: string[]
  name: string
  score: number
  files: number
  averageFileBytes: number
  evaluatedAt: Date
}

/** At most one alert a day for each table: its health moves with every commit. */
async function poorTables(db: Database, since: Date): Promise<Happening[]> {
  const tables = await db.$queryRaw<PoorTable[]>`
    SELECT t.id::text, c.name AS catalog, n.levels, t.name, (t.health->>'score')::float8 AS score,
      (t.health->>'files')::float8 AS files, (t.health->>'averageFileBytes')::float8 AS "averageFileBytes",
      (t.health->>'evaluatedAt')::timestamptz AS "evaluatedAt"
    FROM "IcebergTable" t JOIN "Namespace" n ON n.id = t."namespaceId" JOIN "Catalog" c ON c.id = n."catalogId"
    WHERE t."droppedAt" IS NULL AND (t.health->>'score')::float8 < ${poorScore}
      AND (t.health->>'evaluatedAt')::timestamptz >= ${since} LIMIT 1000`
  return tables.map(({ id, catalog, levels, name, score, files, averageFileBytes, evaluatedAt }) => ({
    event: 'table-unhealthy',
    key: `table-unhealthy:${id}:${evaluatedAt.toISOString().slice(0, 10)}`,
    subject: [...levels, name].join('.'),
    message: `Health ${Math.round(score)} of 100: ${files} files of ${Math.round(averageFileBytes)} bytes on average.`,
    href: `/catalogs/${[catalog, levels.join('.'), name].map(encodeURIComponent).join('/')}`,
    at: evaluatedAt,
  }))
}

/**
 * Looks for what happened lately and has not been alerted, and queues it for every channel that wants to hear of it and
 * was there at the time. Any number of processes may look at the same time. Returns how many alerts are new.
 */
export async function findAlerts(db: Database, now = new Date()): Promise<number> {
  const since = new Date(now.getTime() - newsMs)
  const happenings = (
    await Promise.all([
      failedRuns(db, since),
      changedRows(db, since),
      stoppedSources(db, since),
      crashedWorkers(db, since),
      poorTables(db, since),
    ])
  ).flat()
  if (happenings.length === 0) return 0
  const known = await db.alert.findMany({
    where: { key: { in: happenings.map(({ key }) => key) } },
    select: { key: true },
  })
  const knownKeys = new Set(known.map(({ key }) => key))
  const fresh = happenings.filter(({ key }) => !knownKeys.has(key))
  if (fresh.length === 0) return 0
  return db.$transaction(async (tx) => {
    const alerts = await tx.alert.createManyAndReturn({ data: fresh, skipDuplicates: true })
    const channels = await tx.alertChannel.findMany({ where: { enabled: true } })
    await tx.alertDelivery.createMany({
      data: alerts.flatMap((alert) =>
        channels
          .filter(({ events, createdAt }) => events.includes(alert.event) && createdAt <= alert.at)
          .map((channel) => ({ alertId: alert.id, channelId: channel.id })),
      ),
    })
    return alerts.length
  })
}
