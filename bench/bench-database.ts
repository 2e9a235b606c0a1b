import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { openDatabase } from '../lib/db.ts'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { benchFolder } from './bench-folder.ts'

export interface BenchDatabase {
  url: string
  /** Drops it and stops the server; whoever uses it has disconnected. */
  stop(): Promise<void>
}

/** Starts the benchmarks' Postgres with a migrated database of one's own: what one leaves in it is in no other's way. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const postgres = await startPostgres({ directory: path.join(benchFolder, 'postgres') })
  const name = `bench_${randomUUID().replaceAll('-', '')}`
  const admin = openDatabase(postgres.url, 1)
  const stop = async () => {
    await admin.$executeRawUnsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.$disconnect()
    await postgres.stop()
  }
  try {
    await admin.$executeRawUnsafe(`CREATE DATABASE ${name}`)
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    await migrate(url.href)
    return { url: url.href, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
