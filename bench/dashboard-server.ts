import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { benchEventFiles, benchFolder } from './bench-folder.ts'
import { measureProcess } from './measured-process.ts'

export interface DashboardServer {
  url: string
  token: string
  /** Process id of the app, for its memory. */
  pid: number
  stop(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '..')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** Starts the built app over the sample events: load, marts, then `next start`. Builds the app when that has not been done. */
export async function startDashboardServer(folder: string): Promise<DashboardServer> {
  const files = await benchEventFiles()
  const postgres = await startPostgres({ directory: path.join(benchFolder, 'dashboard-postgres') })
  try {
    await migrate(postgres.url)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    Object.assign(process.env, {
      DATABASE_URL: postgres.url,
      FIRN_DATA_DIR: folder,
      PUBLIC_URL: url,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'error',
    })
    console.log('loading the events…')
    await measureProcess(process.execPath, [
      path.join(import.meta.dirname, 'silver-ours.ts'),
      postgres.url,
      folder,
      ...files,
    ])
    const token = await buildMarts(folder)
    if (!existsSync(path.join(root, '.next', 'BUILD_ID'))) {
      console.log('building the app…')
      await measureProcess('npm', ['run', 'build'])
    }
    const app = spawn(
      process.execPath,
      [
        path.join(root, 'node_modules/next/dist/bin/next'),
        'start',
        '--port',
        String(port),
        '--hostname',
        '127.0.0.1',
      ],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, NODE_ENV: 'production', FIRN_ENV: 'production' },
      },
    )
    await untilAnswering(`${url}/icon.svg`, () => app.exitCode)
    return {
      url,
      token,
      pid: app.pid ?? 0,
      stop: async () => {
        app.kill('SIGTERM')
        if (app.exitCode === null) await once(app, 'exit')
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** A site over the newest table, its marts, and a token that may read them. */
async function buildMarts(folder: string): Promise<string> {
  const [{ database }, { refreshVisitors }, { recipeEventsSiteColumns }, { createApiToken }, { fileIO }] =
    await Promise.all([
      import('../lib/db.ts'),
      import('../lib/analytics/refresh-visitors.ts'),
      import('../lib/analytics/site-columns.ts'),
      import('../lib/auth/provision.ts'),
      import('../lib/storage/default-file-io.ts'),
    ])
  const { createBuiltInCatalog } = await import('../lib/iceberg/catalog/built-in-catalog.ts')
  const { createEngine } = await import('../lib/engine/create-engine.ts')
  const db = database()
  const table = await db.icebergTable.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
  await db.site.deleteMany()
  await db.site.create({
    data: {
      id: 'recipe',
      name: 'Recipe service',
      timeZone: 'Asia/Seoul',
      tableId: table.id,
      columns: recipeEventsSiteColumns,
    },
  })
  const io = fileIO()
  const catalog = await createBuiltInCatalog({
    db,
    io,
    name: 'bench',
    warehouse: `file://${folder}/warehouse`,
  })
  const engine = createEngine({
    processes: 1,
    threads: 2,
    memoryLimit: '1200MB',
    spillDirectory: path.join(folder, 'spill'),
  })
  const started = performance.now()
  const result = await refreshVisitors(
    { db, catalog, engine, signal: new AbortController().signal },
    'recipe',
  )
  console.log(
    `marts of ${result.days} days from ${result.files} files: ${Math.round(performance.now() - started)} ms`,
  )
  const { secret } = await createApiToken({ name: 'bench', role: 'viewer', createdBy: 'system:bench' })
  await engine.close()
  await db.$disconnect()
  return secret
}

async function untilAnswering(url: string, exitCode: () => number | null): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (exitCode() !== null) throw new Error(`next start ended with code ${exitCode()}; its output is above.`)
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not answer within 60 s.`)
}
