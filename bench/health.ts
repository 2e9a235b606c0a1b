import { randomBytes } from 'node:crypto'
import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import { freePort } from '../scripts/servers/process.ts'
import { startBenchApp } from './bench-app.ts'
import { type BenchServers, benchCatalogName, withBenchCatalog } from './bench-catalog.ts'
import { median, rounded } from './measured-process.ts'
import { type Percentiles, percentiles, requester } from './requests.ts'
import { makeWideTable, wideFile } from './wide-table.ts'

/**
 * What follows a commit: 1,000 tables get one each, and the look at each table's health is timed, in a store that can't be
 * listed. Then what the page of a table of 100,000 files asks the server. The last line is both as JSON.
 */

const tables = 1_000
/** Below what is worth a compaction: the look is measured, not what it starts. */
const filesBefore = 3
const wideFiles = 100_000
const requests = 60

const nameOf = (index: number) => ({ namespace: ['bench'], name: `table_${index}` })
const inAll = async (work: (index: number) => Promise<void>) => {
  for (let index = 0; index < tables; index += 1) await work(index)
}

/** What reads the environment is loaded once it is set. */
const evaluate = async () => (await import('../lib/maintenance/evaluate-table.ts')).evaluateTable

async function measureCommits(catalog: BuiltInCatalog, { db }: BenchServers) {
  const evaluateTable = await evaluate()
  const ids: string[] = []
  const commitTo = async (index: number, file: number): Promise<number> => {
    const { id, metadata } = await catalog.loadTable(nameOf(index))
    ids[index] = id
    const started = performance.now()
    await commitWithRetry(
      catalog,
      nameOf(index),
      // One hour each, so that no partition ever has enough small files.
      appendFiles({ files: [wideFile(metadata.location, file * 200)] }),
    )
    return performance.now() - started
  }
  console.log(`making ${tables.toLocaleString('en')} tables…`)
  await inAll(async (index) => {
    await makeWideTable(catalog, nameOf(index), 0, 1)
    for (let file = 0; file < filesBefore; file += 1) await commitTo(index, file)
    await evaluateTable({ db, catalog }, ids[index] ?? '')
  })
  const commits: number[] = []
  const looks: number[] = []
  await inAll(async (index) => {
    commits.push(await commitTo(index, filesBefore))
    const started = performance.now()
    const { health, stored } = await evaluateTable({ db, catalog }, ids[index] ?? '')
    looks.push(performance.now() - started)
    if (health.files !== filesBefore + 1 || stored.some(({ due }) => due)) {
      throw new Error(
        `Expected a healthy table of ${filesBefore + 1} files, found ${JSON.stringify(health)}.`,
      )
    }
  })
  console.log(
    `a commit ${median(commits).toFixed(1)} ms, the look after it ${median(looks).toFixed(1)} ms (medians of ${tables})`,
  )
  return { commit: percentiles(commits), look: percentiles(looks) }
}

/** What the tabs of a table's page ask for, after the first time. */
const pagePaths = ['', '/snapshots?limit=50', '/partitions?limit=50', '/files?limit=50', '/timeline']
const maintenancePaths = ['/health', '/why', '/health-history']

async function measurePage(catalog: BuiltInCatalog, { db }: BenchServers, port: number) {
  console.log(`making a table of ${wideFiles.toLocaleString('en')} files…`)
  const identifier = { namespace: ['bench'], name: 'wide' }
  await makeWideTable(catalog, identifier, wideFiles, 1_000)
  const evaluateTable = await evaluate()
  const { createApiToken } = await import('../lib/auth/provision.ts')
  const { database } = await import('../lib/db.ts')
  const { secret } = await createApiToken({ name: 'bench', role: 'viewer', createdBy: 'system:bench' })
  await database().$disconnect()
  const { id } = await catalog.loadTable(identifier)
  const started = performance.now()
  const { health } = await evaluateTable({ db, catalog, sendJob: async () => null }, id)
  console.log(
    `first look at ${health.files} files ${Math.round(performance.now() - started)} ms, score ${health.score}`,
  )
  const again = performance.now()
  await evaluateTable({ db, catalog, sendJob: async () => null }, id)
  console.log(`second look ${Math.round(performance.now() - again)} ms`)
  const app = await startBenchApp(port)
  const { url } = app
  const { ask, close } = requester(secret, 1)
  const table = `${benchCatalogName}/namespaces/bench/tables/wide`
  const paths = [
    ...pagePaths.map((path) => [path || '/', `/api/v1/catalogs/${table}${path}`] as const),
    ...maintenancePaths.map(
      (path) => [path, `/api/v1/maintenance/tables/${benchCatalogName}/bench/wide${path}`] as const,
    ),
  ]
  const found: Record<string, Percentiles & { first: number }> = {}
  try {
    for (const [name, path] of paths) {
      const first = await ask(url + path)
      const times: number[] = []
      for (let count = 0; count < requests; count += 1) times.push(await ask(url + path))
      found[name] = { first, ...percentiles(times) }
      console.log(
        `${name.padEnd(20)} p50 ${found[name].p50.toFixed(1)} ms, p95 ${found[name].p95.toFixed(1)} ms, first ${first.toFixed(0)} ms`,
      )
    }
    return found
  } finally {
    close()
    await app.stop()
  }
}

await withBenchCatalog('health', async (catalog, servers) => {
  servers.io.list = () => {
    throw new Error('Health is to be known without listing the store.')
  }
  const port = await freePort()
  Object.assign(process.env, {
    DATABASE_URL: servers.databaseUrl,
    FIRN_DATA_DIR: servers.folder,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'error',
  })
  const { commit, look } = await measureCommits(catalog, servers)
  const page = await measurePage(catalog, servers, port)
  const [slowest, slowestTimes] = Object.entries(page).reduce((one, other) =>
    other[1].p95 > one[1].p95 ? other : one,
  )
  console.log(
    JSON.stringify({
      bench: 'health',
      unit: 'ms',
      tables,
      commitP50: rounded(commit.p50, 1),
      lookP50: rounded(look.p50, 1),
      lookP95: rounded(look.p95, 1),
      limit: 50,
      files: wideFiles,
      pageP95: rounded(slowestTimes.p95, 1),
      pageSlowest: slowest,
      pageFirst: rounded(Math.max(...Object.values(page).map(({ first }) => first)), 0),
      pageLimit: 300,
    }),
  )
})
