import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { createEngine } from '../lib/engine/create-engine.ts'
import type { LandingFile } from '../lib/ingest/landing/landing-file.ts'
import { planLoadBatch } from '../lib/ingest/landing/plan-batch.ts'
import { recipeEventsPartitionSpec, recipeEventsSchema } from '../lib/mappings/recipe-events.ts'

/**
 * One run of the main job as a process of its own: JSON Lines files → a committed Iceberg table. Arguments: the database's
 * URL, a folder to work in, then the files. Prints one JSON line.
 */

const [url = '', folder = '', ...files] = process.argv.slice(2)
const started = performance.now()
// The engine's processes start, and convert, while this one still loads the database client and makes the table.
const engine = createEngine({
  processes: 2,
  threads: 1,
  memoryLimit: '1200MB',
  spillDirectory: path.join(folder, 'spill'),
})

/** As the landing zone's reader plans them: shares that get smaller, so that both processes finish at about the same time. */
const groups: string[][] = []
const rest = new Map(
  files.map((file): [string, LandingFile] => {
    const { size, mtime } = statSync(file)
    const position = { position: 0, size, etag: '', modifiedAt: mtime, quiet: true }
    return [
      file,
      { id: file, name: file, location: file, state: 'reading', details: { lines: 0 }, ...position },
    ]
  }),
)
while (rest.size > 0) {
  const batch = planLoadBatch([...rest.values()], { batchBytes: 256_000_000, lanes: 2 })
  groups.push(batch.map(({ file }) => file.name))
  for (const { file } of batch) rest.delete(file.name)
}
await mkdir(path.join(folder, 'staging'), { recursive: true })
const converting = groups.map((group, index) =>
  engine.run('ingestJsonLines', {
    inputs: group.map((file) => ({ path: file, source: path.basename(file) })),
    mapping: 'recipe-events',
    outputDirectory: path.join(folder, 'staging', String(index)),
    schema: recipeEventsSchema,
    spec: recipeEventsPartitionSpec,
    batchId: `bench-${index}`,
    processedAt: new Date().toISOString(),
    dataSource: 'landing-zone',
    pipelineVersion: '1.0.0',
  }),
)

const [{ openDatabase }, { createBuiltInCatalog }, { appendFiles }, { commitWithRetry }, { createFileIO }] =
  await Promise.all([
    import('../lib/db.ts'),
    import('../lib/iceberg/catalog/built-in-catalog.ts'),
    import('../lib/iceberg/actions/append-files.ts'),
    import('../lib/iceberg/commit/commit-with-retry.ts'),
    import('../lib/storage/create-file-io.ts'),
  ])

const db = openDatabase(url, 4)
const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 100_000_000 })
const catalog = await createBuiltInCatalog({
  db,
  io,
  name: 'bench',
  warehouse: pathToFileURL(path.join(folder, 'warehouse')).href,
})
const identifier = { namespace: ['recipe_analytics'], name: `user_events_silver_${process.pid}` }
await catalog.createNamespace(identifier.namespace).catch(() => {})
const table = await catalog.createTable(identifier, {
  schema: recipeEventsSchema,
  partitionSpec: recipeEventsPartitionSpec,
})
if (
  !isDeepStrictEqual(table.metadata.schemas[0]?.fields, recipeEventsSchema.fields) ||
  !isDeepStrictEqual(table.metadata.partitionSpecs[0]?.fields, recipeEventsPartitionSpec.fields)
)
  throw new Error('The new table has other columns or partitions than the files that are being written.')

const published = await Promise.all(
  converting.map(async (conversion) => {
    const result = await conversion
    const locations = result.files.map((file) => `${table.metadata.location}/data/${file.relativePath}`)
    await io.publish(
      result.files.map(({ localPath }, position) => ({ localPath, location: locations[position] ?? '' })),
    )
    return result.files.map(({ dataFile }, position) => ({
      ...dataFile,
      filePath: locations[position] ?? '',
    }))
  }),
)
const converted = performance.now()
// The engine's processes end while the table is committed.
const closing = engine.close()
const { table: committed } = await commitWithRetry(
  catalog,
  identifier,
  appendFiles({ files: published.flat() }),
)
const done = performance.now()
const summary = committed.metadata.snapshots.at(-1)?.summary ?? {}
await Promise.all([closing, db.$disconnect()])
console.log(
  JSON.stringify({
    rows: Number(summary['total-records']),
    files: Number(summary['total-data-files']),
    partitions: new Set(published.flat().map((file) => JSON.stringify(file.partition))).size,
    metadataLocation: committed.metadataLocation,
    convertMs: Math.round(converted - started),
    commitMs: Math.round(done - converted),
  }),
)
