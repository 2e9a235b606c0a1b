import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { compileCacheFolder } from '../lib/compile-cache.ts'
import { openDatabase } from '../lib/db.ts'
import { createEngine } from '../lib/engine/create-engine.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import { type BuiltInTable, createBuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import { and, gtEq, ltEq } from '../lib/iceberg/scan/expression.ts'
import { planFiles } from '../lib/iceberg/scan/plan-files.ts'
import { visitsRequest } from '../lib/iceberg/test-support/sample-table.ts'
import { openQueue, sendJob } from '../lib/jobs/queue.ts'
import { deleteRows } from '../lib/row-level/delete-rows.ts'
import { scanTable } from '../lib/row-level/local-table-scan.ts'
import { writeVisits } from '../lib/row-level/test-support/local-table.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'
import { startBenchDatabase } from './bench-database.ts'
import { benchFolder } from './bench-folder.ts'
import { median, rounded } from './measured-process.ts'

/**
 * Streaming writers against the autopilot: for `--seconds` (300) each of `--writers` (10) commits every `--every` (10)
 * seconds to one table, in turns; each commit adds small files to a few partitions and each third one also deletes rows.
 * Once alone, once with the maintain worker compacting the same table as a process of its own. Writers' commit times of
 * both, and what the table looks like in the end. With ten writers a compaction meets commits whenever it runs, and the
 * 99th percentile is not simply the slowest commit.
 */

const { values } = parseArgs({
  strict: false,
  options: { seconds: { type: 'string' }, every: { type: 'string' }, data: { type: 'string' } },
})
const seconds = Number(values.seconds ?? 300)
const every = Number(values.every ?? 10)
const writers = Number(values.writers ?? 10)
const commitsInAll = Math.floor((seconds / every) * writers)
const partitions = 3
const rowsPerFile = 500
const deleteTries = 20

const database = await startBenchDatabase()
const folder = await mkdtemp(path.join(benchFolder, 'fight-'))
const warehouse = pathToFileURL(path.join(folder, 'warehouse')).href
const db = openDatabase(database.url, 4)
const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 100_000_000 })
const engine = createEngine({
  processes: 1,
  threads: 1,
  memoryLimit: '500MB',
  spillDirectory: path.join(folder, 'spill'),
})
const catalog = await createBuiltInCatalog({ db, io, name: 'firn', warehouse })
await catalog.createNamespace(['fight'])
const queue = await openQueue(database.url)
const files = path.join(folder, 'files')
await mkdir(files)

function startAutopilot() {
  const worker = spawn(process.execPath, [path.join(import.meta.dirname, '../workers/maintain.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      FIRN_DATA_DIR: folder,
      WAREHOUSE_LOCATION: warehouse,
      ENGINE_PROCESSES: '1',
      LOG_LEVEL: 'error',
      NODE_COMPILE_CACHE: compileCacheFolder,
    },
  })
  return async () => {
    worker.kill('SIGTERM')
    await once(worker, 'exit')
  }
}

/** A delete that lost against a compaction is worked out again, as any engine would. */
async function deleteRange(table: BuiltInTable, from: number, to: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const workDirectory = path.join(files, randomUUID())
    await mkdir(workDirectory)
    try {
      const filter = and(gtEq('id', BigInt(from)), ltEq('id', BigInt(to)))
      await deleteRows(
        { engine, catalog, workDirectory },
        { identifier: table.identifier, filter, mode: 'merge-on-read', isolation: 'snapshot' },
      )
      return
    } catch (error) {
      if (!isAppError(error, 'conflict') || attempt === deleteTries) throw error
    }
  }
}

async function phase(name: string, count: number, autopilot: boolean) {
  const { id, identifier } = await catalog.createTable({ namespace: ['fight'], name }, visitsRequest)
  const appends: number[] = []
  const deletes: number[] = []
  let retries = 0
  let deleted = 0
  async function turn(number: number): Promise<void> {
    const table = await catalog.loadTableById(id)
    const firstId = 1 + number * partitions * rowsPerFile
    const added = []
    for (let day = 0; day < partitions; day += 1) {
      const from = firstId + day * rowsPerFile
      added.push(await writeVisits({ engine, directory: files }, table, day, [from, from + rowsPerFile - 1]))
    }
    const at = performance.now()
    const { attempts } = await commitWithRetry(catalog, identifier, appendFiles({ files: added }))
    appends.push(performance.now() - at)
    retries += attempts - 1
    if (number % 3 === 2) {
      // Ten rows that nobody else deletes, of a commit that is done: both phases end with the same rows.
      const from = 1 + Math.floor(number / 2) * partitions * rowsPerFile
      const before = performance.now()
      await deleteRange(table, from, from + 9)
      deletes.push(performance.now() - before)
      deleted += 10
    }
    if (autopilot) await sendJob('table.evaluate', { tableId: id, trigger: 'commit' }, { queue })
  }
  const started = performance.now()
  const turns: Promise<void>[] = []
  for (let number = 0; number < count; number += 1) {
    await wait(Math.max(0, started + (number * every * 1000) / writers - performance.now()))
    turns.push(turn(number))
    // A failure is told when all are awaited, not as one that nobody handles.
    turns.at(-1)?.catch(() => {})
  }
  await Promise.all(turns)
  return { id, identifier, appends, deletes, retries, rows: count * partitions * rowsPerFile - deleted }
}

/** Waits until no compaction waits or runs any more. */
async function settle(tableId: string): Promise<void> {
  for (let quiet = 0; quiet < 5; await wait(1_000)) {
    const busy = await db.run.count({ where: { tableId, state: { in: ['queued', 'running'] } } })
    quiet = busy === 0 ? quiet + 1 : 0
  }
}

/** Data files of the table, after a look that it has each row once. */
async function filesOf({ identifier, rows }: Awaited<ReturnType<typeof phase>>) {
  const table = await catalog.loadTable(identifier)
  const counted = await engine.run('query', {
    sql: 'SELECT count(*)::INTEGER AS rows, count(DISTINCT id)::INTEGER AS ids FROM visits',
    tables: { visits: await scanTable(table) },
  })
  const [found] = counted.rows
  if (found?.rows !== rows || found?.ids !== rows) {
    throw new AppError('corrupt', `Rows are doubled or lost: ${JSON.stringify(found)}, expected ${rows}.`)
  }
  return (await planFiles(table)).length
}

const highest = (times: readonly number[], share: number): number =>
  [...times].sort((one, other) => one - other)[Math.ceil(times.length * share) - 1] ?? 0

try {
  // Neither phase pays for code that runs for the first time.
  await phase('warm', 3 * writers, false)
  const alone = await phase('alone', commitsInAll, false)
  const stop = startAutopilot()
  await wait(3_000)
  const together = await phase('together', commitsInAll, true)
  await settle(together.id)
  await stop()
  const dataFiles = [await filesOf(alone), await filesOf(together)]
  const compactions = await db.run.groupBy({ by: ['state'], where: { kind: 'compaction' }, _count: true })
  const p99 = [highest(alone.appends, 0.99), highest(together.appends, 0.99)] as const
  console.log(
    JSON.stringify({
      bench: 'fight',
      unit: 'ms',
      commits: together.appends.length,
      writers,
      everySeconds: every,
      p50: [rounded(median(alone.appends), 1), rounded(median(together.appends), 1)],
      p99: [rounded(p99[0], 1), rounded(p99[1], 1)],
      ratio: rounded(p99[1] / p99[0]),
      slowest: [rounded(Math.max(...alone.appends), 1), rounded(Math.max(...together.appends), 1)],
      retries: [alone.retries, together.retries],
      deletesP50: [rounded(median(alone.deletes), 1), rounded(median(together.deletes), 1)],
      deletesMax: [rounded(Math.max(...alone.deletes), 1), rounded(Math.max(...together.deletes), 1)],
      files: dataFiles,
      compactions: Object.fromEntries(compactions.map(({ state, _count }) => [state, _count])),
      rows: together.rows,
    }),
  )
} finally {
  await engine.close({ force: true })
  await queue.stop({ graceful: false })
  await db.$disconnect()
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}
