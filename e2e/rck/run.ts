/**
 * `npm run test:rck` holds the catalog against Iceberg's own REST compatibility kit: starts Postgres and the catalog,
 * runs the kit with Maven, prints each test that failed or was skipped, and `N passed, N failed, N skipped` at the end.
 * `npm run test:rck -- 'RESTCompatibilityKitCatalogTests#testRegister*'` runs some of it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { results } from '../../scripts/run-tests.ts'
import { migrate } from '../../scripts/servers/migrate.ts'
import { startPostgres } from '../../scripts/servers/postgres.ts'
import { commandOf } from '../../scripts/servers/process.ts'
import { aptInstall, hasProgram, runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { kitCount, readKitReports } from './kit-report.ts'

/** The kit asks for tables below file:/tmp/<namespace>, whatever the warehouse is called. */
const warehouse = '/tmp'
const namespaces = 'a new.db newdb newdb_1 newdb_2 ns ns1 ns2 ns_1 ns_2 other_ns parent'
const kitFolders = namespaces.split(' ').map((name) => path.join(warehouse, name))

const runPrefix = 'firn-rck-'
const pidFile = 'pid'

/** Removes what runs that were killed left, the kit's folders among it. Returns whether one is still running. */
async function removeLeftOvers(): Promise<boolean> {
  const runs = (await readdir(tmpdir()))
    .filter((name) => name.startsWith(runPrefix))
    .map((name) => path.join(tmpdir(), name))
  for (const run of runs) {
    const pid = Number(await readFile(path.join(run, pidFile), 'utf8').catch(() => 0))
    if (commandOf(pid) !== null) return true
  }
  if (runs.length > 0)
    for (const folder of [...runs, ...kitFolders]) await rm(folder, { recursive: true, force: true })
  return false
}

/** What the catalog can do beyond what the kit expects of everybody. */
const capabilities = {
  'rck.requires-namespace-create': true,
  'rck.supports-serverside-retry': true,
  'rck.supports-names-with-dot': true,
  'rck.supports-variant': true,
}

async function main(only: string | undefined): Promise<number> {
  if (!(await hasProgram('mvn')) && !(await aptInstall('maven', 'openjdk-17-jdk-headless'))) {
    console.error(
      'The compatibility kit needs Maven and a JDK of version 17 or newer: install them and try again.',
    )
    return 1
  }
  if (await removeLeftOvers()) {
    console.error(
      'Another run of the kit is under way on this machine; two would write into the same folders.',
    )
    return 1
  }
  const foldersBefore = kitFolders.filter((folder) => existsSync(folder))
  if (foldersBefore.length > 0) {
    console.error(`The kit would write into ${foldersBefore.join(', ')}: move or remove these first.`)
    return 1
  }
  const directory = await mkdtemp(path.join(tmpdir(), runPrefix))
  writeFileSync(path.join(directory, pidFile), String(process.pid))
  const postgres = await startPostgres({ directory: path.join(directory, 'postgres') })
  try {
    await migrate(postgres.url)
    Object.assign(process.env, {
      DATABASE_URL: postgres.url,
      FIRN_DATA_DIR: path.join(directory, 'data'),
      WAREHOUSE_LOCATION: `file://${warehouse}`,
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    })
    return await runKit(directory, only)
  } finally {
    // Commits through the catalog send jobs; the queue's connection would keep this process alive.
    const { closeSenderQueue } = await import('../../lib/jobs/queue.ts')
    await closeSenderQueue()
    await postgres.stop()
    for (const folder of [directory, ...kitFolders]) await rm(folder, { recursive: true, force: true })
  }
}

async function runKit(directory: string, only: string | undefined): Promise<number> {
  // Loaded once the environment is set.
  const { startRestCatalogServer } = await import('../harness/rest-catalog-server.ts')
  const { createApiToken } = await import('../../lib/auth/provision.ts')
  const { database } = await import('../../lib/db.ts')
  const server = await startRestCatalogServer()
  const { secret } = await createApiToken({ name: 'kit', role: 'admin', createdBy: 'system:rck' })
  const options = { token: secret, ...capabilities }
  console.log(`the kit runs against ${server.url}; the first time Maven fetches it`)
  try {
    const result = await runProgram('mvn', [
      '--batch-mode',
      '--no-transfer-progress',
      '-f',
      path.join(import.meta.dirname, 'pom.xml'),
      'test',
      `-Dkit.directory=${path.join(directory, 'target')}`,
      `-Dkit.uri=${server.url}/`,
      '-Dkit.warehouse=firn',
      `-Dkit.options=${Object.entries(options)
        .map(([name, value]) => `-D${name}=${value}`)
        .join(' ')}`,
      ...(only ? [`-Dtest=${only}`, '-Dsurefire.failIfNoSpecifiedTests=false'] : []),
    ])
    const report = await readKitReports(path.join(directory, 'target', 'surefire-reports'))
    for (const name of report.skipped) console.log(`skipped ${name}`)
    for (const line of report.failed) console.log(`FAILED  ${line}`)
    const count = report.passed + report.failed.length + report.skipped.length
    mkdirSync(results, { recursive: true })
    writeFileSync(kitCount, JSON.stringify({ passed: report.passed, failed: report.failed.length }))
    if (result.code !== 0 || count === 0) {
      console.error(`Maven ended with ${result.code} and ${count} tests: ${summaryOf(result)}`)
    }
    console.log(`${report.passed} passed, ${report.failed.length} failed, ${report.skipped.length} skipped`)
    return result.code === 0 && count > 0 && report.failed.length === 0 ? 0 : 1
  } finally {
    await server.close()
    await database().$disconnect()
  }
}

process.exit(await main(process.argv[2]))
