import { Counter, Gauge, Registry } from 'prom-client'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { loadAllAccess } from '#lib/grants/load-access.ts'
import { closedTables, openPipelines } from '#lib/grants/table-access.ts'
import { sourceFlows } from '#lib/ingest/source-flow.ts'
import { getSystem } from '#lib/runs/get-system.ts'
import packageJson from '../../package.json' with { type: 'json' }

interface TableNumbers {
  catalog: string
  levels: string[]
  name: string
  records: number
  dataFiles: number
  bytes: number
  score: number | null
  smallFiles: number | null
  lastCommitAt: Date | null
}

/** Prometheus takes a scrape of some thousand series well; beyond, the largest tables are shown. */
const tablesShown = 5_000

/**
 * What Prometheus scrapes: read from the database at each scrape, so that any web process answers the same. Names follow
 * Prometheus' rules (base units, `_total` for what only grows).
 */
export async function collectMetrics(db: Database, actor: Actor): Promise<{ text: string; type: string }> {
  const registry = new Registry()
  const series = (name: string, help: string, labelNames: readonly string[] = []) => {
    const options = { name, help, labelNames, registers: [registry] }
    const grows = name.endsWith('_total') ? new Counter(options) : null
    const made = grows ? null : new Gauge(options)
    return (value: number | null, labels: Record<string, string> = {}) => {
      if (value === null) return
      grows?.inc(labels, value)
      made?.set(labels, value)
    }
  }
  const [system, runs, sources, tables] = await Promise.all([
    getSystem(db, actor),
    db.run.groupBy({ by: ['kind', 'state'], _count: true }),
    db.source.findMany({
      where: { pipeline: openPipelines(await closedTables(db, actor)) },
      select: { id: true, name: true, kind: true, state: true },
    }),
    db.$queryRaw<TableNumbers[]>`
      SELECT c.name AS catalog, n.levels, t.name, t.records::float8 AS records, t."dataFiles"::float8 AS "dataFiles",
        t.bytes::float8 AS bytes, (t.health->>'score')::float8 AS score,
        (t.health->>'smallFiles')::float8 AS "smallFiles", t."lastCommitAt"
      FROM "IcebergTable" t JOIN "Namespace" n ON n.id = t."namespaceId" JOIN "Catalog" c ON c.id = n."catalogId"
      WHERE t."droppedAt" IS NULL ORDER BY t.bytes DESC, t.id LIMIT ${tablesShown}`,
  ])

  series('firn_info', 'Version of Firn', ['version'])(1, { version: packageJson.version })
  series('firn_database_bytes', 'Size of the database')(system.databaseBytes)
  series('firn_staged_files', 'Data files that wait for a commit')(system.stagedFiles)

  const workers = series('firn_workers', 'Worker processes', ['kind', 'state'])
  const beat = series('firn_worker_last_beat_seconds', 'Unix time of the latest sign of life', ['kind'])
  const memory = series('firn_worker_memory_bytes', 'Resident memory of running workers', ['kind'])
  for (const [key, group] of Map.groupBy(system.workers, ({ kind, state }) =>
    JSON.stringify([kind, state]),
  )) {
    const [kind, state] = JSON.parse(key) as [string, string]
    workers(group.length, { kind, state })
  }
  for (const [kind, group] of Map.groupBy(system.workers, (worker) => worker.kind)) {
    beat(Math.max(...group.map(({ beatAt }) => Date.parse(beatAt))) / 1000, { kind })
    const alive = group.filter(({ state }) => state === 'ready' || state === 'stopping')
    memory(
      alive.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
      { kind },
    )
  }

  const jobs = series('firn_jobs', 'Jobs in the queues', ['queue', 'state'])
  for (const { name, worker: _worker, ...states } of system.queues) {
    for (const [state, count] of Object.entries(states)) jobs(count, { queue: name, state })
  }
  const runCount = series('firn_runs', 'Runs by kind and state, of all that are kept', ['kind', 'state'])
  for (const { kind, state, _count } of runs) runCount(_count, { kind, state })

  const flows = await sourceFlows(db, sources)
  const active = series('firn_source_active', '1 while a source is read, 0 while paused or stopped', [
    'source',
  ])
  const rows = series('firn_source_rows_total', 'Rows read', ['source'])
  const errors = series('firn_source_error_rows_total', 'Rows that went to the error table', ['source'])
  const lag = series('firn_source_lag_seconds', 'Time since the last batch while something waits', ['source'])
  const behind = series('firn_source_lag_rows', 'Kafka records not read yet', ['source'])
  for (const { id, name: source, state } of sources) {
    const flow = flows.get(id)
    active(state === 'active' ? 1 : 0, { source })
    rows(flow?.rows ?? 0, { source })
    errors(flow?.errorRows ?? 0, { source })
    lag(flow?.lagSeconds ?? null, { source })
    behind(flow?.lagRows ?? null, { source })
  }

  const labels = ['catalog', 'table'] as const
  const records = series('firn_table_records', 'Rows of the current snapshot', labels)
  const dataFiles = series('firn_table_data_files', 'Data files of the current snapshot', labels)
  const bytes = series('firn_table_bytes', 'Bytes of the current snapshot’s data files', labels)
  const score = series('firn_table_health_score', 'Health from 0 to 100', labels)
  const small = series('firn_table_small_files', 'Small files of the current snapshot', labels)
  const committed = series('firn_table_last_commit_seconds', 'Unix time of the latest commit', labels)
  const access = await loadAllAccess(db, actor)
  for (const table of tables) {
    if (access.get(table.catalog)?.seesTable(table.levels, table.name) === false) continue
    const of = { catalog: table.catalog, table: [...table.levels, table.name].join('.') }
    records(table.records, of)
    dataFiles(table.dataFiles, of)
    bytes(table.bytes, of)
    score(table.score, of)
    small(table.smallFiles, of)
    committed(table.lastCommitAt && table.lastCommitAt.getTime() / 1000, of)
  }
  return { text: await registry.metrics(), type: registry.contentType }
}
