import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { type BuiltInCatalog, createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { createPipeline } from '#lib/ingest/create-pipeline.ts'
import { defaultCatalogName } from '#lib/ingest/default-catalog.ts'
import type { SourceConfig } from '#lib/ingest/source-config.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { S3Options } from '#lib/storage/s3-file-io.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

const workersFolder = fileURLToPath(new URL('../../workers/', import.meta.url))

export interface WorkerHandle {
  pid: number
  /** Exit code, or the signal's name. */
  exited: Promise<number | string>
  running(): boolean
  signal(signal: NodeJS.Signals): void
  /** kill -9, and waits until the process is gone. */
  kill(): Promise<void>
  log(): string
}

/** A data folder, a database and a pipeline of their own, and real worker processes over them. */
export interface IngestWorkspace {
  directory: string
  database: TestDatabase
  db: TestDatabase['db']
  io: FileIO
  catalog: BuiltInCatalog
  engine: Engine
  pipeline: { id: string; tableId: string; errorTableId: string }
  /** A folder below the landing zone, and its location. */
  landing(name: string): { path: string; location: string }
  addSource(name: string, config: SourceConfig): Promise<string>
  /** Starts `workers/<name>.ts` with these environment variables on top. */
  start(name: string, env?: Record<string, string>, args?: string[]): WorkerHandle
  /** Waits for a condition; fails with the workers' logs. */
  waitFor(what: string, check: () => Promise<boolean> | boolean, seconds?: number): Promise<void>
  /** Local paths of the data files of a table's current snapshot. */
  dataFiles(tableId?: string): Promise<string[]>
  /** One row of SQL over the table's data files, as `$files`. */
  queryTable(select: string, tableId?: string): Promise<Record<string, unknown>[]>
  /** Ends all processes and removes everything. */
  dispose(): Promise<void>
}

export interface IngestWorkspaceOptions {
  /** An S3 server and a place in it: warehouse and landing zone are there instead of in the local folder. */
  store?: { s3: S3Options; location: string }
}

export async function createIngestWorkspace({
  store,
}: IngestWorkspaceOptions = {}): Promise<IngestWorkspace> {
  const database = await createTestDatabase()
  const directory = mkdtempSync(path.join(tmpdir(), 'firn-ingest-'))
  const locationOf = (name: string) =>
    store ? `${store.location}/${name}` : `file://${path.join(directory, name)}`
  const io = createFileIO({
    ...(store ? { s3: store.s3 } : {}),
    cacheDirectory: path.join(directory, 'cache'),
    cacheBytes: 1e9,
    localRoots: [directory],
  })
  const { db } = database
  const catalog = await createBuiltInCatalog({
    db,
    io,
    name: defaultCatalogName,
    warehouse: locationOf('warehouse'),
  })
  const pipeline = await createPipeline(
    { db, catalog },
    { name: 'recipe events', mapping: 'recipe-events', table: 'recipe_analytics.user_events_silver' },
  )
  const engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '1200MB',
    spillDirectory: path.join(directory, 'spill', 'test'),
  })
  const handles: WorkerHandle[] = []

  const dataFiles = async (tableId = pipeline.tableId): Promise<string[]> => {
    const table = await catalog.loadTableById(tableId)
    const locations: string[] = []
    for (const { file } of await planFiles(table)) locations.push(file.filePath)
    return io.localize(locations)
  }

  return {
    directory,
    database,
    db,
    io,
    catalog,
    engine,
    pipeline,
    landing(name) {
      const folder = path.join(directory, 'landing', name)
      mkdirSync(folder, { recursive: true })
      return { path: folder, location: `file://${folder}` }
    },
    async addSource(name, config) {
      const source = await db.source.create({
        data: { name, kind: config.kind, config, pipelineId: pipeline.id, createdBy: 'test' },
      })
      return source.id
    },
    start(name, env = {}, args = []) {
      const handle = startWorker(name, args, path.join(directory, `${name}-${handles.length}.log`), {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        FIRN_DATA_DIR: directory,
        FIRN_ENV: 'development',
        LOG_LEVEL: 'info',
        ENGINE_PROCESSES: '2',
        ENGINE_MEMORY_LIMIT: '1200MB',
        INGEST_BATCH_SECONDS: '1',
        COMMIT_INTERVAL_SECONDS: '1',
        ...(store ? storeEnvironment(store.s3, locationOf) : {}),
        ...env,
      })
      handles.push(handle)
      return handle
    },
    async waitFor(what, check, seconds = 120) {
      const deadline = Date.now() + seconds * 1000
      while (Date.now() < deadline) {
        if (await check()) return
        await delay(50)
      }
      const lines = handles.map((handle) => handle.log().split('\n').slice(-25))
      // Reports are often cut: what explains most comes first.
      const troubles = lines.flat().filter((line) => /"level":"(warn|error)"/.test(line))
      const logs = [troubles, ...lines].map((part) => part.join('\n')).join('\n---\n')
      throw new Error(`${what}: not within ${seconds} s. Warnings, then logs, of the workers:\n${logs}`)
    },
    dataFiles,
    async queryTable(select, tableId) {
      const files = await dataFiles(tableId)
      if (files.length === 0) return []
      const list = `[${files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')}]`
      const { rows } = await engine.run('query', {
        sql: select.replaceAll('$files', `read_parquet(${list})`),
      })
      return rows
    },
    async dispose() {
      await Promise.all(handles.map((handle) => (handle.running() ? handle.kill() : undefined)))
      await engine.close({ force: true })
      await database.drop()
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const storeEnvironment = (s3: S3Options, locationOf: (name: string) => string) => ({
  WAREHOUSE_LOCATION: locationOf('warehouse'),
  LANDING_LOCATION: locationOf('landing'),
  S3_ENDPOINT: s3.endpoint ?? '',
  S3_REGION: s3.region,
  S3_ACCESS_KEY_ID: s3.accessKeyId ?? '',
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey ?? '',
})

function startWorker(name: string, args: string[], logFile: string, env: NodeJS.ProcessEnv): WorkerHandle {
  const log = openSync(logFile, 'a')
  const child: ChildProcess = spawn(process.execPath, [path.join(workersFolder, `${name}.ts`), ...args], {
    env,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1))
  })
  return {
    pid: child.pid ?? 0,
    exited,
    running: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
  }
}
