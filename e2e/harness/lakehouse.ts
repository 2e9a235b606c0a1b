import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { recipeEventsSiteColumns } from '#lib/analytics/site-columns.ts'
import type { Database } from '#lib/db.ts'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { currentSchema, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { createPipeline } from '#lib/ingest/create-pipeline.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { createTestDatabase } from './database.ts'

/** One event as tests write it; what is left out is made up. */
export interface TestEvent {
  /** ISO 8601 with offset. */
  at: string
  user?: string | null
  anonymous?: string | null
  page?: string
  segment?: string
}

export interface Lakehouse {
  directory: string
  db: Database
  io: FileIO
  engine: Engine
  catalog: BuiltInCatalog
  tableId: string
  pipelineId: string
  /** Id of a site over the table, in Asia/Seoul. */
  siteId: string
  loadTable(): Promise<BuiltInTable>
  /** Writes events through the engine and commits them as one snapshot. */
  append(events: readonly TestEvent[]): Promise<Snapshot>
  close(): Promise<void>
}

/** One raw line as the landing zone has it. */
export const rawLine = (event: TestEvent): string =>
  JSON.stringify({
    event_id: randomUUID(),
    event_name: 'view_page',
    user_id: event.user ?? null,
    anonymous_id: event.anonymous ?? null,
    session_id: 'session',
    date: event.at.slice(0, 10),
    timestamp: event.at,
    context: JSON.stringify({
      page: { name: event.page ?? 'home', url: '/' },
      user_segment: event.segment ?? 'foodie',
    }),
    event_properties: '{}',
  })

/** A database, a local warehouse, an engine of one process and the table of recipe events with a site, all of one test file. */
export async function createTestLakehouse(): Promise<Lakehouse> {
  const postgres = await createTestDatabase()
  const { db } = postgres
  const directory = await mkdtemp(path.join(tmpdir(), 'firn-lakehouse-'))
  const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 100_000_000 })
  const engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '1200MB',
    spillDirectory: path.join(directory, 'spill'),
  })
  const warehouse = pathToFileURL(path.join(directory, 'warehouse')).href
  const catalog = await createBuiltInCatalog({ db, io, name: 'firn', warehouse })
  const { id: pipelineId, tableId } = await createPipeline(
    { db, catalog },
    { name: 'recipe events', mapping: 'recipe-events', table: 'recipe_analytics.user_events_silver' },
  )
  const siteId = 'recipe'
  await db.site.create({
    data: {
      id: siteId,
      name: 'Recipe service',
      timeZone: 'Asia/Seoul',
      tableId,
      columns: recipeEventsSiteColumns,
    },
  })
  let batches = 0
  const loadTable = () => catalog.loadTableById(tableId)

  const append = async (events: readonly TestEvent[]): Promise<Snapshot> => {
    batches += 1
    const input = path.join(directory, `batch-${batches}.jsonl`)
    const outputDirectory = path.join(directory, `batch-${batches}`)
    await mkdir(path.dirname(input), { recursive: true })
    await writeFile(input, events.map((event) => `${rawLine(event)}\n`).join(''))
    const table = await loadTable()
    const { files } = await engine.run('ingestJsonLines', {
      inputs: [{ path: input, source: 'test' }],
      mapping: 'recipe-events',
      outputDirectory,
      schema: currentSchema(table.metadata),
      spec: defaultSpec(table.metadata),
      batchId: randomUUID(),
      processedAt: '2025-08-01T00:00:00Z',
      dataSource: 'test',
      pipelineVersion: 'test',
    })
    const placed = []
    for (const { localPath, relativePath, dataFile } of files) {
      const filePath = `${table.metadata.location}/data/${relativePath}`
      await io.publish([{ localPath, location: filePath }])
      placed.push({ ...dataFile, filePath })
    }
    const { snapshot } = await commitWithRetry(catalog, table.identifier, appendFiles({ files: placed }))
    return snapshot
  }

  return {
    directory,
    db,
    io,
    engine,
    catalog,
    tableId,
    pipelineId,
    siteId,
    loadTable,
    append,
    close: async () => {
      await engine.close({ force: true })
      await postgres.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
