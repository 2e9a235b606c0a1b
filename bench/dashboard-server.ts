import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { freePort } from '../scripts/servers/process.ts'
import { startBenchApp } from './bench-app.ts'
import { benchEventFiles, benchFolder } from './bench-folder.ts'
import { measureProcess } from './measured-process.ts'

export interface DashboardServer {
  url: string
  token: string
  /** Process id of the app, for its memory. */
  pid: number
  stop(): Promise<void>
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
    const app = await startBenchApp(port)
    return {
      url,
      token,
      pid: app.pid,
      stop: async () => {
        await app.stop()
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
