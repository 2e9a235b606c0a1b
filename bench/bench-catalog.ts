import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Database, openDatabase } from '../lib/db.ts'
import { type BuiltInCatalog, createBuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'
import type { FileIO } from '../lib/storage/file-io.ts'
import { startBenchDatabase } from './bench-database.ts'
import { benchFolder } from './bench-folder.ts'

export const benchCatalogName = 'bench'

/** What the catalog of a benchmark stands on. */
export interface BenchServers {
  db: Database
  io: FileIO
  databaseUrl: string
  /** Removed in the end. */
  folder: string
}

/** Runs `work` with an empty catalog of its own (namespace `bench`) on a real Postgres and disk; removes its files after it. */
export async function withBenchCatalog(
  name: string,
  work: (catalog: BuiltInCatalog, of: BenchServers) => Promise<void>,
): Promise<void> {
  const database = await startBenchDatabase()
  const folder = await mkdtemp(path.join(benchFolder, `${name}-`))
  const db = openDatabase(database.url, 2)
  try {
    const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 100_000_000 })
    const warehouse = pathToFileURL(path.join(folder, 'warehouse')).href
    const catalog = await createBuiltInCatalog({ db, io, name: benchCatalogName, warehouse })
    await catalog.createNamespace(['bench'])
    await work(catalog, { db, io, databaseUrl: database.url, folder })
  } finally {
    await db.$disconnect()
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
