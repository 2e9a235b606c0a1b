import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine } from '#lib/engine/create-engine.ts'
import { duckdbType } from '#lib/engine/duckdb-types.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { appendFiles } from './actions/append-files.ts'
import type { Table } from './catalog/catalog.ts'
import { readMetadataFile } from './catalog/metadata-file.ts'
import { commitWithRetry } from './commit/commit-with-retry.ts'
import { and, type Expression, eq, gt, gtEq, isNull, lt, startsWith } from './scan/expression.ts'
import { planFiles } from './scan/plan-files.ts'
import type { DataFile } from './spec/data-file.ts'
import type { PartitionSpec, Transform } from './spec/partition-spec.ts'
import type { PartitionValue } from './spec/partition-value.ts'
import { findFieldById, type Schema } from './spec/schema.ts'
import { encodeBound } from './spec/single-value.ts'
import { transformFunction } from './spec/transform.ts'
import type { IcebergType, PrimitiveType, PrimitiveValue } from './spec/types.ts'
import { MemoryCatalog } from './test-support/memory-catalog.ts'

/** Types and transforms beyond those of the events table, written by us and read by PyIceberg, and the other way round. */

const directory = mkdtempSync(path.join(tmpdir(), 'firn-types-'))
const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 })
const script = fileURLToPath(new URL('./pyiceberg_types.py', import.meta.url))

const field = (id: number, name: string, type: IcebergType) => ({ id, name, type, required: false })
const schema: Schema = {
  schemaId: 0,
  fields: [
    field(1, 'id', 'long'),
    field(2, 'flag', 'boolean'),
    field(3, 'name', 'string'),
    field(4, 'price', 'decimal(9,2)'),
    field(5, 'code', 'uuid'),
    field(6, 'day', 'date'),
    field(7, 'local', 'timestamp'),
    field(8, 'at', 'timestamptz'),
    field(9, 'clock', 'time'),
    field(10, 'ratio', 'double'),
    field(11, 'small', 'float'),
    field(12, 'raw', 'binary'),
    field(13, 'tags', { type: 'list', elementId: 16, element: 'string', elementRequired: false }),
    field(14, 'page', { type: 'struct', fields: [field(17, 'url', 'string'), field(18, 'depth', 'int')] }),
    field(15, 'attributes', {
      type: 'map',
      keyId: 19,
      key: 'string',
      valueId: 20,
      value: 'long',
      valueRequired: false,
    }),
  ],
}
const transforms: [source: number, name: string, transform: Transform][] = [
  [1, 'id_bucket', 'bucket[4]'],
  [2, 'flag', 'identity'],
  [3, 'name_trunc', 'truncate[2]'],
  [4, 'price', 'identity'],
  // No identity of uuid: PyIceberg compares its bytes with a UUID object there and prunes everything.
  [5, 'code_bucket', 'bucket[8]'],
  [6, 'day_month', 'month'],
  [6, 'day_year', 'year'],
  [7, 'local_hour', 'hour'],
  [8, 'at_day', 'day'],
  [8, 'at', 'identity'],
  [12, 'raw_bucket', 'bucket[8]'],
  [4, 'price_trunc', 'truncate[100]'],
]
const spec: PartitionSpec = {
  specId: 0,
  fields: transforms.map(([sourceId, name, transform], index) => ({
    sourceId,
    fieldId: 1000 + index,
    name,
    transform,
  })),
}

type Row = Record<number, PrimitiveValue | null>
const micros = (text: string): bigint => BigInt(Date.parse(text)) * 1000n
const rows: Row[] = [
  {
    1: 9007199254740993n,
    2: true,
    3: '눈사람과 얼음, 그리고 아주 긴 이름 하나',
    4: -1420n,
    5: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
    6: 20270,
    7: micros('2025-07-01T13:00:00.123Z') + 456n,
    8: micros('2025-07-01T23:59:59.999Z'),
    9: 81_068_000_001n,
    10: 0.1,
    11: 1.5,
    12: Buffer.from([0, 1, 2, 255]),
  },
  {
    1: -1n,
    2: false,
    3: 'a',
    4: 999_999_999n,
    5: '00000000-0000-0000-0000-000000000001',
    6: -1,
    7: -1n,
    8: -1n,
    9: 0n,
    10: -0.5,
    11: -2.25,
    12: Buffer.from('x'),
  },
  Object.fromEntries(schema.fields.map(({ id }) => [id, id === 1 ? 7n : null])),
]

/** A value as SQL of the engine. */
function sqlOf(type: PrimitiveType, value: PrimitiveValue | null): string {
  if (value === null) return `NULL::${duckdbType(type)}`
  if (value instanceof Uint8Array) return `from_hex('${Buffer.from(value).toString('hex')}')`
  if (type === 'date') return `DATE '1970-01-01' + ${value}`
  if (type === 'timestamp') return `make_timestamp(${value}::BIGINT)`
  if (type === 'timestamptz') return `make_timestamp(${value}::BIGINT) AT TIME ZONE 'UTC'`
  if (type === 'time') return `TIME '00:00:00' + to_microseconds(${value})`
  if (type === 'uuid') return `'${value}'::UUID`
  if (type === 'string') return `'${value}'`
  if (type === 'float') return `${value}::FLOAT`
  if (type === 'double') return `${value}::DOUBLE`
  if (type === 'long') return `${value}::BIGINT`
  if (type.startsWith('decimal')) return `(${value}::DECIMAL(18,0) / 100)::DECIMAL(9,2)`
  return String(value)
}

async function writeRow(engine: Engine, row: Row, index: number, folder: string): Promise<DataFile> {
  const file = path.join(folder, `${index}.parquet`)
  const primitives = schema.fields.filter((one) => typeof one.type === 'string')
  const isEmpty = row[2] === null
  const columns = [
    ...primitives.map((one) => `${sqlOf(one.type as PrimitiveType, row[one.id] ?? null)} AS "${one.name}"`),
    `${isEmpty ? 'NULL::VARCHAR[]' : "['겨울', NULL]"} AS tags`,
    `${isEmpty ? 'NULL::STRUCT(url VARCHAR, depth INTEGER)' : "{url: '/눈', depth: 3::INTEGER}"} AS page`,
    `${isEmpty ? 'NULL::MAP(VARCHAR, BIGINT)' : "MAP {'k': 9007199254740995::BIGINT}"} AS attributes`,
  ]
  const ids = schema.fields
    .map(({ id, name }) => {
      if (name === 'tags') return `tags: {__duckdb_field_id: 13, element: 16}`
      if (name === 'page') return `page: {__duckdb_field_id: 14, url: 17, depth: 18}`
      if (name === 'attributes') return `attributes: {__duckdb_field_id: 15, key: 19, value: 20}`
      return `"${name}": ${id}`
    })
    .join(', ')
  await engine.run('query', {
    sql: `COPY (SELECT ${columns.join(', ')}) TO '${file}' (FORMAT parquet, FIELD_IDS {${ids}})`,
  })
  const partition: Record<string, PartitionValue> = {}
  for (const { sourceId, name, transform } of spec.fields) {
    const type = findFieldById(schema, sourceId)?.type as PrimitiveType
    partition[name] = transformFunction(transform, type)(row[sourceId] ?? null)
  }
  const bounds = (side: 'lower' | 'upper') => {
    const map = new Map<number, Uint8Array>()
    for (const { id, type } of primitives) {
      const value = row[id] ?? null
      const bytes = value === null ? null : encodeBound(type as PrimitiveType, value, side)
      if (bytes) map.set(id, bytes)
    }
    return map
  }
  return {
    content: 'data',
    filePath: pathToFileURL(file).href,
    fileFormat: 'PARQUET',
    specId: 0,
    partition,
    recordCount: 1n,
    fileSizeInBytes: BigInt(statSync(file).size),
    valueCounts: new Map(primitives.map(({ id }) => [id, 1n])),
    nullValueCounts: new Map(primitives.map(({ id }) => [id, row[id] === null ? 1n : 0n])),
    lowerBounds: bounds('lower'),
    upperBounds: bounds('upper'),
  }
}

const filters: Record<string, { ours: Expression; theirs: string }> = {
  bucket: { ours: eq('id', 9007199254740993n), theirs: 'id = 9007199254740993' },
  boolean: { ours: eq('flag', true), theirs: 'flag = true' },
  truncate: { ours: startsWith('name', '눈사'), theirs: "name LIKE '눈사%'" },
  decimal: { ours: lt('price', '-14.19'), theirs: 'price < -14.19' },
  uuid: {
    ours: eq('code', 'f79c3e09-677c-4bbd-a479-3f349cb785e7'),
    theirs: "code = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
  },
  'month before 1970': { ours: lt('day', '1970-01-01'), theirs: "day < '1970-01-01'" },
  hour: { ours: gtEq('local', '2025-07-01T13:00:00'), theirs: "local >= '2025-07-01T13:00:00'" },
  day: {
    ours: and(gt('at', '2025-06-30T00:00:00Z'), lt('at', '2025-07-02T00:00:00Z')),
    theirs: "at > '2025-06-30T00:00:00+00:00' and at < '2025-07-02T00:00:00+00:00'",
  },
  nulls: { ours: isNull('code'), theirs: 'code is null' },
}

let python: string
let engine: Engine

async function ask<T>(answer: z.ZodType<T>, ...args: string[]): Promise<T> {
  const result = await runProgram(python, [script, ...args])
  if (result.code !== 0) throw new Error(`PyIceberg failed: ${summaryOf(result)}`)
  return answer.parse(JSON.parse(result.output.trim().split('\n').at(-1) ?? ''))
}

beforeAll(async () => {
  python = await pythonWithPyIceberg()
  engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '500MB',
    spillDirectory: path.join(directory, 'spill'),
  })
})
afterAll(async () => {
  await engine?.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a table of ours with every type and transform', () => {
  const AnswerSchema = z.object({
    types: z.record(z.string(), z.string()),
    rows: z.array(z.record(z.string(), z.unknown())),
    partitions: z.array(z.record(z.string(), z.unknown())),
    filters: z.record(z.string(), z.object({ rows: z.number(), files: z.array(z.string()) })),
  })
  const identifier = { namespace: ['test'], name: 'types' }
  let table: Table
  let theirs: z.infer<typeof AnswerSchema>

  beforeAll(async () => {
    const catalog = new MemoryCatalog(io, pathToFileURL(path.join(directory, 'ours')).href)
    await catalog.createTable(identifier, { schema, partitionSpec: spec })
    const files: DataFile[] = []
    for (const [index, row] of rows.entries()) files.push(await writeRow(engine, row, index, directory))
    await commitWithRetry(catalog, identifier, appendFiles({ files }))
    table = await catalog.loadTable(identifier)
    const texts = Object.fromEntries(Object.entries(filters).map(([name, one]) => [name, one.theirs]))
    theirs = await ask(AnswerSchema, 'read', table.metadataLocation, JSON.stringify(texts))
  })

  it('has the same types there', () => {
    expect(theirs.types).toMatchObject({
      id: 'long',
      price: 'decimal(9, 2)',
      code: 'uuid',
      clock: 'time',
      at: 'timestamptz',
      raw: 'binary',
      tags: 'list<string>',
      attributes: 'map<string, long>',
    })
  })

  it('has the same values there, nested ones too', () => {
    expect(theirs.rows.map((row) => row.id)).toEqual([-1, 7, Number('9007199254740993')])
    const full = theirs.rows[2]
    expect(full).toMatchObject({
      flag: true,
      price: '-14.20',
      code: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
      day: '2025-07-01',
      local: '2025-07-01 13:00:00.123456',
      clock: '22:31:08.000001',
      tags: ['겨울', null],
      page: { url: '/눈', depth: 3 },
    })
    expect(theirs.rows[1]).toMatchObject({ flag: null, price: null, tags: null, attributes: null })
  })

  it('has the same partition values there', () => {
    const first = theirs.partitions.find((one) => one.flag === true)
    expect(first).toMatchObject({
      name_trunc: '눈사',
      price: '-14.20',
      day_month: 666,
      day_year: 55,
      local_hour: 486_493,
      price_trunc: '-15.00',
    })
  })

  it.each(Object.keys(filters))('is pruned alike by %s', async (name) => {
    const filter = filters[name]?.ours
    const ours = await planFiles(table, filter ? { filter } : {})
    expect(theirs.filters[name]).toEqual({ rows: 1, files: ours.map(({ file }) => file.filePath) })
  })
})

describe('a table PyIceberg wrote', () => {
  const AnswerSchema = z.object({
    metadataLocation: z.string(),
    rows: z.number(),
    filters: z.record(z.string(), z.array(z.string())),
    history: z.array(z.object({ id: z.string(), files: z.array(z.string()) })),
  })
  const same: Record<string, Expression> = {
    bucket: eq('id', 9007199254740993n),
    truncate: eq('name', 'ice'),
    prefix: startsWith('name', '눈'),
    day: and(gtEq('at', '2025-07-02T00:00:00+00:00'), lt('at', '2025-07-03T00:00:00+00:00')),
    identity: eq('day', '2025-07-02'),
    null: isNull('name'),
  }
  let theirs: z.infer<typeof AnswerSchema>
  let table: Table
  const plan = async (options: Parameters<typeof planFiles>[1]) =>
    (await planFiles(table, options)).map(({ file }) => file.filePath).sort()

  beforeAll(async () => {
    theirs = await ask(AnswerSchema, 'write', path.join(directory, 'theirs'))
    const metadata = await readMetadataFile(io, theirs.metadataLocation)
    const identifier = { namespace: ['n'], name: 't' }
    table = { identifier, metadataLocation: theirs.metadataLocation, metadata, io }
  })

  it('has the same rows, in all its snapshots', async () => {
    const files = await planFiles(table)
    expect(files.reduce((sum, { file }) => sum + file.recordCount, 0n)).toBe(BigInt(theirs.rows))
    for (const snapshot of theirs.history) {
      expect(await plan({ snapshotId: BigInt(snapshot.id) })).toEqual(snapshot.files)
    }
  })

  it.each(Object.keys(same))('is pruned alike by %s', async (name) => {
    const filter = same[name]
    expect(await plan(filter ? { filter } : {})).toEqual(theirs.filters[name])
  })
})
