import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { appendFiles } from './actions/append-files.ts'
import { publishStaged } from './actions/cherry-pick.ts'
import { createReference } from './actions/manage-references.ts'
import { replaceSortOrder } from './actions/replace-sort-order.ts'
import { updatePartitionSpec } from './actions/update-partition-spec.ts'
import { updateSchema } from './actions/update-schema.ts'
import type { Table } from './catalog/catalog.ts'
import { readMetadataFile } from './catalog/metadata-file.ts'
import { commitChange, type MakeChange } from './commit/commit-change.ts'
import { type CommitOptions, commitWithRetry } from './commit/commit-with-retry.ts'
import { and, type Expression, eq, gtEq } from './scan/expression.ts'
import { planFiles } from './scan/plan-files.ts'
import type { PartitionValue } from './spec/partition-value.ts'
import { currentSchema, defaultSpec } from './spec/table-metadata.ts'
import { bucketHash } from './spec/transform.ts'
import { MemoryCatalog } from './test-support/memory-catalog.ts'

/** What evolution of schema, partitions and references makes of a table: ours read by PyIceberg, and its by us. */

const directory = mkdtempSync(path.join(tmpdir(), 'firn-evolution-'))
const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 })
const script = fileURLToPath(new URL('./pyiceberg_evolution.py', import.meta.url))

const DescribedSchema = z.object({
  fields: z.array(z.string()),
  spec: z.array(z.string()),
  specs: z.number(),
  schemas: z.number(),
  sortOrder: z.array(z.string()),
  refs: z.record(z.string(), z.tuple([z.string(), z.string()])),
  history: z.array(z.string()),
  currentSnapshotId: z.string(),
  properties: z.record(z.string(), z.string()),
})

let python: string

async function ask<T>(answer: z.ZodType<T>, ...args: string[]): Promise<T> {
  const result = await runProgram(python, [script, ...args])
  if (result.code !== 0) throw new Error(`PyIceberg failed: ${summaryOf(result)}`)
  return answer.parse(JSON.parse(result.output.trim().split('\n').at(-1) ?? ''))
}

beforeAll(async () => {
  python = await pythonWithPyIceberg()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a table we evolved', () => {
  const AnswerSchema = DescribedSchema.extend({
    rows: z.array(z.record(z.string(), z.unknown())),
    rowsAt: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    filters: z.record(z.string(), z.object({ rows: z.number(), files: z.array(z.string()) })),
  })
  const identifier = { namespace: ['test'], name: 'evolved' }
  const bucketOf = (id: bigint) => (bucketHash('long', id) & 0x7fffffff) % 4
  const day = 20_270
  const filters: Record<string, { ours: Expression; theirs: string }> = {
    day: { ours: eq('day', '2025-07-01'), theirs: "day = '2025-07-01'" },
    bucket: { ours: eq('id', 1_099_511_627_776n), theirs: 'id = 1099511627776' },
    renamed: {
      ours: and(gtEq('cost', '10.00'), gtEq('day', '2025-07-02')),
      theirs: "cost >= 10.00 and day >= '2025-07-02'",
    },
  }
  let engine: Engine
  let catalog: MemoryCatalog<typeof io>
  let theirs: z.infer<typeof AnswerSchema>
  let files = 0

  async function append(
    select: string,
    fieldIds: string,
    partition: Record<string, PartitionValue>,
    target?: CommitOptions<null>['target'],
  ): Promise<void> {
    const file = path.join(directory, `${files}.parquet`)
    files += 1
    await engine.run('query', {
      sql: `COPY (${select}) TO '${file}' (FORMAT parquet, FIELD_IDS {${fieldIds}})`,
    })
    const { metadata } = await catalog.loadTable(identifier)
    const added = {
      content: 'data' as const,
      filePath: pathToFileURL(file).href,
      fileFormat: 'PARQUET' as const,
      specId: metadata.defaultSpecId,
      partition,
      recordCount: 1n,
      fileSizeInBytes: BigInt(statSync(file).size),
    }
    await commitWithRetry(catalog, identifier, appendFiles({ files: [added] }), target ? { target } : {})
  }
  const change = (make: MakeChange) => commitChange(catalog, identifier, make)

  beforeAll(async () => {
    engine = createEngine({
      processes: 1,
      threads: 1,
      memoryLimit: '500MB',
      spillDirectory: path.join(directory, 'spill'),
    })
    catalog = new MemoryCatalog(io, pathToFileURL(path.join(directory, 'ours')).href)
    await catalog.createTable(identifier, {
      schema: {
        schemaId: 0,
        fields: [
          { id: 1, name: 'id', required: false, type: 'int' },
          { id: 2, name: 'price', required: false, type: 'decimal(9,2)' },
          { id: 3, name: 'day', required: false, type: 'date' },
          {
            id: 4,
            name: 'page',
            required: false,
            type: {
              type: 'struct',
              fields: [
                { id: 5, name: 'url', required: false, type: 'string' },
                { id: 6, name: 'depth', required: false, type: 'float' },
              ],
            },
          },
        ],
      },
      partitionSpec: { fields: [{ sourceId: 3, name: 'day_month', transform: 'month' }] },
      properties: {
        'schema.name-mapping.default': JSON.stringify([
          { 'field-id': 1, names: ['id'] },
          { 'field-id': 2, names: ['price'] },
        ]),
      },
    })
    await append(
      `SELECT 1::INTEGER AS id, 9.5::DECIMAL(9,2) AS price, DATE '2025-07-01' AS day, {url: '/눈', depth: 1.5::FLOAT} AS page`,
      'id: 1, price: 2, day: 3, page: {__duckdb_field_id: 4, url: 5, depth: 6}',
      { day_month: 666 },
    )
    await change(createReference({ name: 'before', type: 'tag', maxRefAgeMs: 86_400_000 }))
    await change(
      updateSchema([
        { change: 'widen-column', column: 'id', type: 'long' },
        { change: 'widen-column', column: 'price', type: 'decimal(12,2)' },
        { change: 'rename-column', column: 'price', name: 'cost' },
        { change: 'drop-column', column: 'page.depth' },
        { change: 'add-column', parent: 'page', name: 'title', type: 'string', position: 'first' },
        { change: 'add-column', name: 'country', type: 'string', doc: 'where', position: { after: 'id' } },
      ]),
    )
    await change(
      updatePartitionSpec([
        { change: 'replace-field', name: 'day_month', transform: 'identity' },
        { change: 'add-field', column: 'id', transform: 'bucket[4]' },
      ]),
    )
    await change(replaceSortOrder([{ column: 'country' }, { column: 'id', direction: 'desc' }]))
    const write = (id: bigint, cost: string, target?: CommitOptions<null>['target']) =>
      append(
        `SELECT ${id}::BIGINT AS id, 'KR' AS country, ${cost}::DECIMAL(12,2) AS cost, DATE '2025-07-01' AS day, {title: 'T', url: '/b'} AS page`,
        'id: 1, country: 8, cost: 2, day: 3, page: {__duckdb_field_id: 4, title: 7, url: 5}',
        { day, id_bucket_4: bucketOf(id) },
        target,
      )
    await write(1_099_511_627_776n, '12345678.90')
    await write(7n, '7.00', { branch: 'audit' })
    await write(8n, '8.00', { wapId: 'load-1' })
    await write(9n, '9.00')
    await commitWithRetry(catalog, identifier, publishStaged('load-1'))
    const { metadataLocation } = await catalog.loadTable(identifier)
    const texts = Object.fromEntries(Object.entries(filters).map(([name, one]) => [name, one.theirs]))
    theirs = await ask(AnswerSchema, 'read', metadataLocation, JSON.stringify(texts))
  })
  afterAll(() => engine?.close())

  it('has the same schema, partitions and order there', () => {
    expect(theirs).toMatchObject({
      fields: [
        '1 id long optional',
        '8 country string optional',
        '2 cost decimal(12, 2) optional',
        '3 day date optional',
        '4 page struct<7: title: optional string, 5: url: optional string> optional',
      ],
      spec: ['1001 day identity 3', '1002 id_bucket_4 bucket[4] 1'],
      specs: 2,
      schemas: 2,
      sortOrder: [expect.stringMatching(/^8 identity .*ASC/), expect.stringMatching(/^1 identity .*DESC/)],
    })
  })

  it('has old rows under the new schema, and the rows of each reference', () => {
    expect(theirs.rows.map((row) => [row.id, row.country, row.cost, row.page])).toEqual([
      [1, null, '9.50', { title: null, url: '/눈' }],
      [8, 'KR', '8.00', { title: 'T', url: '/b' }],
      [9, 'KR', '9.00', { title: 'T', url: '/b' }],
      [1_099_511_627_776, 'KR', '12345678.90', { title: 'T', url: '/b' }],
    ])
    const idsAt = Object.fromEntries(
      Object.entries(theirs.rowsAt).map(([name, rows]) => [name, rows.map((row) => row.id)]),
    )
    expect(idsAt).toEqual({
      main: [1, 8, 9, 1_099_511_627_776],
      before: [1],
      audit: [1, 7, 1_099_511_627_776],
    })
    expect(theirs.refs.before?.[0]).toBe('tag')
    expect(theirs.history).toHaveLength(4)
  })

  it('has a name mapping that PyIceberg can read and that knows both names', () => {
    expect(JSON.parse(theirs.properties['schema.name-mapping.default'] ?? '')[1].names).toEqual([
      'price',
      'cost',
    ])
  })

  it.each(Object.keys(filters))('is planned alike over both specs by %s', async (name) => {
    const filter = filters[name]
    const planned = await planFiles(
      await catalog.loadTable(identifier),
      filter ? { filter: filter.ours } : {},
    )
    expect(planned.map(({ file }) => file.filePath).sort()).toEqual(theirs.filters[name]?.files)
  })
})

describe('a table of format version 3 with defaults', () => {
  it('gives rows from before a column was added its default when PyIceberg reads them', async () => {
    const identifier = { namespace: ['test'], name: 'defaults' }
    const catalog = new MemoryCatalog(io, pathToFileURL(path.join(directory, 'v3')).href)
    await catalog.createTable(identifier, {
      schema: { schemaId: 0, fields: [{ id: 1, name: 'id', required: false, type: 'long' }] },
      properties: { 'format-version': '3' },
    })
    const file = path.join(directory, 'v3.parquet')
    const engine = createEngine({
      processes: 1,
      threads: 1,
      memoryLimit: '500MB',
      spillDirectory: path.join(directory, 'spill-v3'),
    })
    try {
      await engine.run('query', {
        sql: `COPY (SELECT 1::BIGINT AS id) TO '${file}' (FORMAT parquet, FIELD_IDS {id: 1})`,
      })
    } finally {
      await engine.close()
    }
    const added = {
      content: 'data' as const,
      filePath: pathToFileURL(file).href,
      fileFormat: 'PARQUET' as const,
      specId: 0,
      partition: {},
      recordCount: 1n,
      fileSizeInBytes: BigInt(statSync(file).size),
    }
    await commitWithRetry(catalog, identifier, appendFiles({ files: [added] }))
    await commitChange(
      catalog,
      identifier,
      updateSchema([
        { change: 'add-column', name: 'n', type: 'int', required: true, default: 7 },
        { change: 'add-column', name: 'price', type: 'decimal(9,2)', default: -1420n },
        { change: 'add-column', name: 'day', type: 'date', default: 20_270 },
        { change: 'add-column', name: 'at', type: 'timestamptz', default: 1_751_328_000_123_456n },
        { change: 'set-default', column: 'n', value: 8 },
      ]),
    )
    const { metadataLocation } = await catalog.loadTable(identifier)
    const theirs = await ask(z.object({ rows: z.array(z.unknown()) }), 'read', metadataLocation, '{}')
    expect(theirs.rows).toEqual([
      { id: 1, n: 7, price: '-14.20', day: '2025-07-01', at: '2025-07-01 00:00:00.123456+00:00' },
    ])
  })
})

describe('a table PyIceberg evolved', () => {
  const AnswerSchema = DescribedSchema.extend({
    metadataLocation: z.string(),
    files: z.record(z.string(), z.array(z.string())),
    filters: z.record(z.string(), z.array(z.string())),
  })
  const filters: Record<string, Expression> = {
    day: eq('day', '2025-02-01'),
    bucket: eq('id', 5n),
    both: and(eq('id', 1_099_511_627_776n), gtEq('day', '2025-02-01')),
  }
  let theirs: z.infer<typeof AnswerSchema>
  let table: Table

  beforeAll(async () => {
    theirs = await ask(AnswerSchema, 'write', path.join(directory, 'theirs'))
    const metadata = await readMetadataFile(io, theirs.metadataLocation)
    const identifier = { namespace: ['n'], name: 't' }
    table = { identifier, metadataLocation: theirs.metadataLocation, metadata, io }
  })

  it('has the same schema, partitions and references here', () => {
    const { metadata } = table
    const required = (field: { required: boolean }) => (field.required ? 'required' : 'optional')
    expect(
      currentSchema(metadata).fields.map((one) => `${one.id} ${one.name} ${one.type} ${required(one)}`),
    ).toEqual(theirs.fields)
    expect(
      defaultSpec(metadata).fields.map(
        (one) => `${one.fieldId} ${one.name} ${one.transform} ${one.sourceId}`,
      ),
    ).toEqual(theirs.spec)
    expect(
      Object.fromEntries(
        Object.entries(metadata.refs).map(([name, one]) => [name, [one.type, one.snapshotId.toString()]]),
      ),
    ).toEqual(theirs.refs)
    expect(metadata.refs.first?.maxRefAgeMs).toBe(86_400_000)
    expect(metadata.snapshotLog.map((entry) => entry.snapshotId.toString())).toEqual(theirs.history)
  })

  it('has the same files at each reference', async () => {
    for (const [name, files] of Object.entries(theirs.files)) {
      const snapshotId = table.metadata.refs[name]?.snapshotId
      if (snapshotId === undefined) throw new Error(`There is no reference ${name}.`)
      const planned = await planFiles(table, { snapshotId })
      expect(planned.map(({ file }) => file.filePath).sort(), name).toEqual(files)
    }
  })

  it.each(Object.keys(filters))('is planned alike over three specs by %s', async (name) => {
    const filter = filters[name]
    const planned = await planFiles(table, filter ? { filter } : {})
    expect(planned.map(({ file }) => file.filePath).sort()).toEqual(theirs.filters[name])
  })
})
