import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  FileItemSchema,
  PartitionItemSchema,
  SnapshotSchema,
  snapshotPageOf,
  TableDetailSchema,
  TimelineSchema,
} from '#lib/api/catalog-schemas.ts'
import { env } from '#lib/env.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import { type BuiltInCatalog, createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { encodeValue } from '#lib/iceberg/spec/single-value.ts'
import { recipeEventsPartitionSpec, recipeEventsSchema } from '#lib/mappings/recipe-events.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { type Answer, callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as undrop from './[catalog]/dropped-tables/[table]/undrop/route.ts'
import * as dropped from './[catalog]/dropped-tables/route.ts'
import * as files from './[catalog]/namespaces/[namespace]/tables/[table]/files/route.ts'
import * as partitions from './[catalog]/namespaces/[namespace]/tables/[table]/partitions/route.ts'
import * as table from './[catalog]/namespaces/[namespace]/tables/[table]/route.ts'
import * as snapshots from './[catalog]/namespaces/[namespace]/tables/[table]/snapshots/route.ts'
import * as timeline from './[catalog]/namespaces/[namespace]/tables/[table]/timeline/route.ts'
import * as tables from './[catalog]/namespaces/[namespace]/tables/route.ts'
import * as namespaces from './[catalog]/namespaces/route.ts'
import * as allTables from './[catalog]/tables/route.ts'
import * as catalogs from './route.ts'

const identifier = { namespace: ['recipe_analytics'], name: 'events' }
const params = { catalog: 'test', namespace: 'recipe_analytics', table: 'events' }

let test: TestDatabase
let cookie: string
let catalog: BuiltInCatalog
let location: string
let made = 0

/** A data file as the engine would describe it; its Parquet is never read here. */
function dataFile(day: number, hour: number, rows: bigint, bytes: bigint): DataFile {
  made += 1
  return {
    content: 'data',
    filePath: `${location}/data/year=2025/month=7/day=${day}/hour=${hour}/${String(made).padStart(4, '0')}.parquet`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: { year: 2025, month: 7, day, hour },
    recordCount: rows,
    fileSizeInBytes: bytes,
    columnSizes: new Map([[18, 4_000n]]),
    valueCounts: new Map([[18, rows]]),
    nullValueCounts: new Map([[18, 1n]]),
    lowerBounds: new Map([
      [2, encodeValue('string', '=cmd()')],
      [6, encodeValue('timestamptz', 1_751_374_801_000_001n)],
      [18, encodeValue('long', -9_007_199_254_740_993n)],
    ]),
    upperBounds: new Map([[18, encodeValue('long', 9_223_372_036_854_775_807n)]]),
  }
}

const append = (added: DataFile[], summary: Record<string, string> = {}) =>
  commitWithRetry(catalog, identifier, appendFiles({ files: added, summary }))

function parse<S extends z.ZodType>(schema: S, answer: Answer): z.output<S> {
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return schema.parse(answer.body)
}

const PartitionsSchema = snapshotPageOf(PartitionItemSchema)
const FilesSchema = snapshotPageOf(FileItemSchema)
const readPartitions = async (query: Record<string, string> = {}) =>
  parse(PartitionsSchema, await callRoute(partitions.GET, { cookie, params, query }))
const readFiles = async (query: Record<string, string> = {}) =>
  parse(FilesSchema, await callRoute(files.GET, { cookie, params, query }))

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  ;({ cookie } = await signInAs('viewer'))
  catalog = await createBuiltInCatalog({
    db: test.db,
    io: fileIO(),
    name: 'test',
    warehouse: env().WAREHOUSE_LOCATION,
  })
  await catalog.createNamespace(identifier.namespace)
  const created = await catalog.createTable(identifier, {
    schema: recipeEventsSchema,
    partitionSpec: recipeEventsPartitionSpec,
  })
  location = created.metadata.location
})
afterAll(() => test.drop())

describe('a table nothing was committed to', () => {
  it('has no snapshot, and empty lists', async () => {
    const detail = parse(TableDetailSchema, await callRoute(table.GET, { cookie, params }))
    expect(detail).toMatchObject({
      currentSnapshotId: null,
      currentSnapshot: null,
      snapshots: 0,
      throughput: null,
    })
    expect(await readPartitions()).toEqual({ items: [], nextCursor: null, total: 0, snapshotId: null })
    expect((await readFiles()).items).toEqual([])
    const line = parse(TimelineSchema, await callRoute(timeline.GET, { cookie, params }))
    expect(line).toEqual({ points: [], snapshots: 0, compactions: [] })
  })
})

describe('a table with appends and a compaction', () => {
  let compacted: DataFile[]

  beforeAll(async () => {
    // Three commits of 24 small files each, then the files of day 1 are merged by hour.
    const all: DataFile[] = []
    for (let commit = 0; commit < 3; commit += 1) {
      const added = Array.from({ length: 24 }, (_, hour) => dataFile(1 + (hour % 2), hour, 100n, 10_000n))
      all.push(...added)
      await append(added, { 'firn.worker': 'commit-worker' })
    }
    compacted = all.filter((file) => file.partition.day === 1)
    const start = await catalog.loadTable(identifier)
    const merged = Array.from({ length: 12 }, (_, index) => dataFile(1, index * 2, 300n, 24_000n))
    await commitWithRetry(
      catalog,
      identifier,
      rewriteDataFiles({
        remove: compacted,
        add: merged,
        startingSnapshotId: start.metadata.currentSnapshotId ?? 0n,
      }),
    )
  })

  it('is found from the catalog down', async () => {
    const items = async (answer: Promise<Answer>) =>
      (await answer).body as { items: Record<string, unknown>[] }
    expect((await items(callRoute(catalogs.GET, { cookie }))).items).toMatchObject([
      { name: 'test', namespaces: 1, tables: 1, records: 7_200 },
    ])
    expect(
      (await items(callRoute(namespaces.GET, { cookie, params: { catalog: 'test' } }))).items,
    ).toMatchObject([{ name: 'recipe_analytics', levels: ['recipe_analytics'], tables: 1, dataFiles: 48 }])
    expect((await items(callRoute(tables.GET, { cookie, params }))).items).toMatchObject([
      {
        name: 'events',
        namespace: 'recipe_analytics',
        records: 7_200,
        dataFiles: 48,
        averageFileBytes: 13_500,
      },
    ])
    const query = { filter: 'nothing like it' }
    expect((await items(callRoute(allTables.GET, { cookie, params, query }))).items).toEqual([])
  })

  it('shows its current snapshot, totals, schema and spec', async () => {
    const detail = parse(TableDetailSchema, await callRoute(table.GET, { cookie, params }))
    expect(detail).toMatchObject({
      snapshots: 4,
      currentSnapshot: { operation: 'replace', removed: { dataFiles: 36 }, added: { dataFiles: 12 } },
      totals: { records: 7_200, dataFiles: 48, bytes: 648_000, averageFileBytes: 13_500 },
      throughput: { records: 7_200 },
      partitionSpec: { fields: [{ name: 'year', transform: 'identity', sourceName: 'year' }, {}, {}, {}] },
    })
    expect(detail.schema.fields).toHaveLength(25)
    expect(detail.metadataLocation).toMatch(/\.metadata\.json$/)
    const loaded = await catalog.loadTable(identifier)
    expect(detail.currentSnapshotId).toBe(loaded.metadata.currentSnapshotId?.toString())
  })

  it('lists snapshots newest first, with who committed them', async () => {
    const { body } = await callRoute(snapshots.GET, { cookie, params, query: { limit: '2' } })
    const { items, nextCursor } = body as { items: unknown[]; nextCursor: string }
    expect(items.map((item) => SnapshotSchema.parse(item).operation)).toEqual(['replace', 'append'])
    const rest = await callRoute(snapshots.GET, { cookie, params, query: { limit: '2', cursor: nextCursor } })
    expect((rest.body as { items: unknown[]; nextCursor: null }).items).toHaveLength(2)
    const filtered = await callRoute(snapshots.GET, {
      cookie,
      params,
      query: { filter: 'operation:append by:commit-worker' },
    })
    expect((filtered.body as { total: number }).total).toBe(3)
  })

  it('sums its partitions, sorts and filters them', async () => {
    const page = await readPartitions({ filter: 'year:2025 month:7 hour:13' })
    expect(page.items).toMatchObject([
      {
        partition: { year: '2025', month: '7', day: '2', hour: '13' },
        rows: 300,
        files: 3,
        bytes: 30_000,
        averageFileBytes: 10_000,
        smallFiles: 3,
      },
    ])
    const byValue = await readPartitions()
    expect(byValue.items.map(({ partition }) => `${partition.day}-${partition.hour}`).slice(0, 7)).toEqual([
      '1-0',
      '1-2',
      '1-4',
      '1-6',
      '1-8',
      '1-10',
      '1-12',
    ])
    const byFiles = await readPartitions({ sort: '-files', limit: '1', filter: 'hour:<12' })
    expect(byFiles).toMatchObject({ total: 12, items: [{ files: 3 }] })
    const unknown = await callRoute(partitions.GET, { cookie, params, query: { filter: 'yaer:2025' } })
    expect(unknown).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('year, month, day, hour') },
    })
  })

  it('lists live files only, and decodes column statistics', async () => {
    const all = await readFiles({ limit: '1000' })
    expect(all.items).toHaveLength(48)
    const removed = new Set(compacted.map((file) => file.filePath))
    expect(all.items.filter(({ path }) => removed.has(path))).toEqual([])
    const [file] = (await readFiles({ filter: 'day:1 hour:4', stats: 'true' })).items
    expect(file?.relativePath).toMatch(/^data\/year=2025\/month=7\/day=1\/hour=4\//)
    expect(file?.columns?.find(({ name }) => name === 'prop_recipe_id')).toEqual({
      fieldId: 18,
      name: 'prop_recipe_id',
      type: 'long',
      bytes: 4_000,
      values: 300,
      nulls: 1,
      nans: null,
      dropped: false,
      lower: '-9007199254740993',
      upper: '9223372036854775807',
    })
    expect(file?.columns?.find(({ name }) => name === 'utc_timestamp')?.lower).toMatch(
      /^2025-07-01T13:00:01\.000001/,
    )
    expect((await readFiles({ sort: '-bytes', limit: '1' })).items[0]?.bytes).toBe(24_000)
  })

  it('keeps a walk on the snapshot it began with while writers commit', async () => {
    const first = await readFiles({ limit: '30' })
    await append([dataFile(3, 0, 1n, 500n)])
    const second = await readFiles({ limit: '30', cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ snapshotId: first.snapshotId, total: 48, nextCursor: null })
    expect(new Set([...first.items, ...second.items].map(({ path }) => path)).size).toBe(48)
    expect((await readFiles()).total).toBe(49)
    const other = await callRoute(files.GET, {
      cookie,
      params,
      query: { limit: '30', sort: 'bytes', cursor: first.nextCursor ?? '' },
    })
    expect(other.status).toBe(400)
  })

  it('draws files and sizes over time, with the compaction before and after', async () => {
    const line = parse(TimelineSchema, await callRoute(timeline.GET, { cookie, params }))
    expect(
      line.points.slice(0, 4).map(({ operation, files: count, rows }) => [operation, count, rows]),
    ).toEqual([
      ['append', 24, 2_400],
      ['append', 48, 4_800],
      ['append', 72, 7_200],
      ['replace', 48, 7_200],
    ])
    expect(line.compactions).toMatchObject([
      {
        runId: null,
        before: { files: 72, averageFileBytes: 10_000 },
        after: { files: 48, averageFileBytes: 13_500 },
      },
    ])
  })

  it('answers CSV with all rows', async () => {
    const answer = await callRoute(partitions.GET, { cookie, params, query: { format: 'csv', limit: '1' } })
    expect(answer.headers.get('content-type')).toContain('text/csv')
    const lines = String(answer.body).trim().split('\r\n')
    expect(lines).toHaveLength(1 + 25)
    expect(lines[0]).toContain('year,month,day,hour,rows,files,bytes')
  })
})

describe('what is not there', () => {
  it.each([
    [{ ...params, catalog: 'none' }, 'test'],
    [{ ...params, namespace: 'none' }, 'none'],
    [{ ...params, table: 'none' }, 'none'],
  ])('is 404: %j', async (wrong, named) => {
    const answer = await callRoute(table.GET, { cookie, params: wrong })
    expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringContaining(named) } })
  })

  it('needs sign-in', async () => {
    expect((await callRoute(table.GET, { params })).status).toBe(401)
  })

  it('says when the table itself is damaged', async () => {
    await test.db.icebergTable.updateMany({
      where: { name: 'events' },
      data: { metadataLocation: `${location}/metadata/gone.metadata.json` },
    })
    const answer = await callRoute(table.GET, { cookie, params })
    expect(answer.status).toBeGreaterThanOrEqual(404)
    expect(JSON.stringify(answer.body)).toContain('gone.metadata.json')
  })
})

describe('dropped tables', () => {
  it('are listed, come back under their name or another, and are refused twice', async () => {
    const inCatalog = { catalog: 'test' }
    await catalog.createTable({ ...identifier, name: 'short_lived' }, { schema: recipeEventsSchema })
    await catalog.dropTable({ ...identifier, name: 'short_lived' })
    const listed = await callRoute(dropped.GET, { cookie, params: inCatalog })
    expect(listed.body).toMatchObject({
      items: [{ namespace: 'recipe_analytics', name: 'short_lived', purgeRequested: false }],
    })
    const [{ id } = { id: '' }] = (listed.body as { items: { id: string }[] }).items
    const { cookie: engineer } = await signInAs('engineer')
    const call = { cookie: engineer, params: { ...inCatalog, table: id }, body: { name: 'back_again' } }
    const back = await callRoute(undrop.POST, call)
    expect(back.status, JSON.stringify(back.body)).toBe(200)
    expect(back.body).toEqual({ namespace: 'recipe_analytics', name: 'back_again' })
    expect((await catalog.loadTable({ ...identifier, name: 'back_again' })).id).toBe(id)
    expect((await callRoute(dropped.GET, { cookie, params: inCatalog })).body).toMatchObject({ items: [] })
    expect((await callRoute(undrop.POST, call)).status).toBe(404)
    await catalog.dropTable({ ...identifier, name: 'back_again' })
  })
})
