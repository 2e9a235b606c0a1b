import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bind } from '../../iceberg/scan/bind.ts'
import { gt } from '../../iceberg/scan/expression.ts'
import { encodeDeletionVector } from '../../iceberg/spec/deletion-vector.ts'
import { lastUpdatedField, rowIdField } from '../../iceberg/spec/reserved-fields.ts'
import type { Schema } from '../../iceberg/spec/schema.ts'
import type { NestedField } from '../../iceberg/spec/types.ts'
import { createEngine } from '../create-engine.ts'
import type { Engine } from '../engine.ts'
import type { ScanDelete, ScanFile, TableScan } from './table-scan.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let engine: Engine
let root: string
let files = 0

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'firn-scan-'))
  engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '1GB',
    spillDirectory: path.join(root, 'spill'),
  })
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

const field = (id: number, name: string, type: NestedField['type'], more: Partial<NestedField> = {}) => ({
  id,
  name,
  type,
  required: false,
  ...more,
})
const people: Schema = { schemaId: 0, fields: [field(1, 'id', 'long'), field(2, 'name', 'string')] }

/** A Parquet file of a SELECT; without `ids` it has no field ids. */
async function parquet(select: string, ids?: string): Promise<string> {
  files += 1
  // A folder that looks like a partition must not become a column.
  const file = path.join(root, `id=9-${files}.parquet`)
  await engine.run('query', {
    sql: `COPY (${select}) TO '${file}' (FORMAT parquet${ids ? `, FIELD_IDS ${ids}` : ''})`,
  })
  return file
}

async function vector(positions: number[]): Promise<ScanDelete> {
  files += 1
  const file = path.join(root, `${files}.puffin`)
  const blob = encodeDeletionVector(positions)
  await writeFile(file, Buffer.concat([Buffer.from('PFA1'), blob]))
  return {
    kind: 'deletion-vector',
    path: file,
    offset: 4,
    length: blob.length,
    recordCount: BigInt(positions.length),
  }
}

const scanFile = (file: string, more: Partial<ScanFile> = {}): ScanFile => ({
  path: file,
  location: `s3://warehouse/${path.basename(file)}`,
  recordCount: 0n,
  sequenceNumber: 1n,
  partitionKey: '0',
  identityValues: [],
  deletes: [],
  ...more,
})

const scanOf = (scan: Partial<TableScan>): TableScan => ({
  schema: people,
  schemas: [scan.schema ?? people],
  files: [],
  deletes: [],
  ...scan,
})
const rows = async (scan: TableScan, sql = 'SELECT * FROM t ORDER BY ALL') =>
  (await engine.run('query', { sql, tables: { t: scan } })).rows
const ids = async (scan: TableScan) => (await rows(scan)).map((row) => Number(row.id))

const range = (from: number, to: number) =>
  parquet(
    `SELECT ${from} + range AS id, 'n' || (${from} + range) AS name FROM range(${to - from + 1})`,
    '{id: 1, name: 2}',
  )
const positionIds = '{file_path: 2147483546, pos: 2147483545}'
const idDeletes = async (
  values: string,
  more: Partial<Extract<ScanDelete, { kind: 'equality-deletes' }>> = {},
): Promise<ScanDelete> => ({
  kind: 'equality-deletes',
  path: await parquet(`SELECT * FROM (VALUES ${values}) v(id)`, '{id: 1}'),
  sequenceNumber: 2n,
  partitionKey: '0',
  equalityIds: [1],
  ...more,
})

test('positions of delete files and vectors are left out, each of its own file only', async () => {
  const [a, b, c] = [await range(0, 9), await range(10, 19), await range(20, 29)]
  const deletes = await parquet(
    `SELECT * FROM (VALUES ('s3://warehouse/${path.basename(a)}', 0::BIGINT), ('s3://warehouse/${path.basename(a)}', 9), ('s3://warehouse/${path.basename(a)}', 9), ('s3://warehouse/${path.basename(b)}', 5), ('s3://other/${path.basename(b)}', 6)) v(file_path, pos)`,
    positionIds,
  )
  const scan = scanOf({
    files: [
      scanFile(a, { deletes: [0] }),
      // The plan says that the delete file does not apply here, although it names the file.
      scanFile(b),
      scanFile(c, { deletes: [1] }),
    ],
    deletes: [{ kind: 'position-deletes', path: deletes }, await vector([1, 2, 3, 4, 5, 6, 7, 8])],
  })
  expect(await ids(scan)).toEqual([
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    ...Array.from({ length: 10 }, (_, i) => 10 + i),
    20,
    29,
  ])
  const both = { ...scan, files: scan.files.map((file) => ({ ...file, deletes: [0] })) }
  expect(await rows(both, 'SELECT count(*) AS n, count(*) FILTER (id = 15) AS gone FROM t')).toEqual([
    { n: '27', gone: '0' },
  ])
})

test('equality deletes apply to older files of their partition, or of all partitions', async () => {
  const [a, b, c] = [await range(0, 3), await range(0, 3), await range(0, 3)]
  const scan = scanOf({
    files: [
      scanFile(a, { partitionKey: '0|a', deletes: [0, 1, 2] }),
      scanFile(b, { partitionKey: '0|b', deletes: [1] }),
      scanFile(c, { partitionKey: '0|a', sequenceNumber: 2n, deletes: [2] }),
    ],
    deletes: [
      await idDeletes('(1)', { partitionKey: '0|a' }),
      await idDeletes('(2)', { partitionKey: null }),
      await idDeletes('(3)', { partitionKey: '0|a', sequenceNumber: 3n }),
    ],
  })
  expect(await ids(scan)).toEqual([0, 0, 0, 1, 1, 2, 3])
})

test('equality deletes take null for a value, by several columns and by one that was dropped', async () => {
  const data = await parquet(
    `SELECT * FROM (VALUES (1, 'a', 7), (2, NULL, 7), (NULL, 'c', 8), (3, NULL, NULL)) v(id, name, old)`,
    '{id: 1, name: 2, old: 3}',
  )
  const older: Schema = { schemaId: 1, fields: [...people.fields, field(3, 'old', 'int')] }
  const twoColumns = await parquet(`SELECT NULL::VARCHAR AS name, 3 AS id`, '{name: 2, id: 1}')
  const dropped = await parquet('SELECT 8 AS old', '{old: 3}')
  const equality = (file: string, equalityIds: number[]) =>
    ({ kind: 'equality-deletes', path: file, sequenceNumber: 2n, partitionKey: '0', equalityIds }) as const
  const scan = (deletes: ScanDelete[]) =>
    scanOf({
      schemas: [older, people],
      files: [scanFile(data, { deletes: deletes.map((_, index) => index) })],
      deletes,
    })
  expect(
    await rows(scan([equality(twoColumns, [1, 2])]), 'SELECT count(*) AS n, max(id) AS id FROM t'),
  ).toEqual([{ n: '3', id: '2' }])
  expect(await rows(scan([equality(dropped, [3])]), 'SELECT id FROM t ORDER BY id')).toEqual([
    { id: '1' },
    { id: '2' },
    { id: '3' },
  ])
  expect(await rows(scan([await idDeletes('(NULL), (1)')]), 'SELECT id FROM t ORDER BY id')).toEqual([
    { id: '2' },
    { id: '3' },
  ])
})

test('columns are found by id at every level: renamed, reordered, widened, added with a default, dropped', async () => {
  const older = await parquet(
    `SELECT 1::INTEGER AS ident, {x: 5::INTEGER, gone: 1, y: 'p'} AS point, [{a: 1, b: 'q'}, NULL] AS items,
     MAP {'k': {v: 1.5::FLOAT}} AS attributes, 1.25::DECIMAL(9,2) AS price
     UNION ALL SELECT 2, NULL, NULL, NULL, NULL`,
    `{ident: 1, point: {__duckdb_field_id: 3, x: 4, gone: 5, y: 6}, items: {__duckdb_field_id: 7, element: {__duckdb_field_id: 8, a: 9, b: 10}},
      attributes: {__duckdb_field_id: 11, key: 12, value: {__duckdb_field_id: 13, v: 14}}, price: 15}`,
  )
  const schema: Schema = {
    schemaId: 1,
    fields: [
      field(15, 'price', 'decimal(18,2)'),
      field(1, 'id', 'long'),
      field(3, 'place', {
        type: 'struct',
        fields: [
          field(6, 'label', 'string'),
          field(4, 'x', 'long'),
          field(16, 'z', 'int', { initialDefault: 9 }),
        ],
      }),
      field(7, 'items', {
        type: 'list',
        elementId: 8,
        elementRequired: false,
        element: { type: 'struct', fields: [field(9, 'first', 'int')] },
      }),
      field(11, 'attributes', {
        type: 'map',
        keyId: 12,
        key: 'string',
        valueId: 13,
        valueRequired: false,
        value: { type: 'struct', fields: [field(14, 'value', 'double')] },
      }),
      field(17, 'added', 'timestamptz', { initialDefault: 1_751_328_000_000_001n }),
      field(18, 'unset', 'string'),
    ],
  }
  const added = '2025-07-01 00:00:00.000001+00'
  expect(await rows(scanOf({ schema, files: [scanFile(older)] }), 'SELECT * FROM t ORDER BY id')).toEqual([
    {
      price: '1.25',
      id: '1',
      place: { label: 'p', x: '5', z: 9 },
      items: [{ first: 1 }, null],
      attributes: [{ key: 'k', value: { value: 1.5 } }],
      added,
      unset: null,
    },
    { price: null, id: '2', place: null, items: null, attributes: null, added, unset: null },
  ])
})

test('a column that is missing in a file has its identity partition value, one that is there its own', async () => {
  const schema: Schema = { schemaId: 0, fields: [...people.fields, field(3, 'day', 'date')] }
  const without = await range(1, 1)
  const withDay = await parquet(
    `SELECT 2::BIGINT AS id, 'b' AS name, DATE '2025-07-02' AS day`,
    '{id: 1, name: 2, day: 3}',
  )
  const day = (value: number | null) => ({ identityValues: [{ fieldId: 3, type: 'date' as const, value }] })
  const scan = scanOf({
    schema,
    files: [
      scanFile(without, day(20_270)),
      scanFile(await range(3, 3), day(null)),
      scanFile(withDay, day(20_271)),
    ],
  })
  expect((await rows(scan)).map((row) => [row.id, row.day])).toEqual([
    ['1', '2025-07-01'],
    ['2', '2025-07-02'],
    ['3', null],
  ])
})

test('files without field ids are read by the name mapping, and refused without one', async () => {
  const plain = await parquet(`SELECT 7 AS ident, 'x' AS name, {old_x: 1} AS point`)
  const schema: Schema = {
    schemaId: 0,
    fields: [...people.fields, field(3, 'point', { type: 'struct', fields: [field(4, 'x', 'long')] })],
  }
  const nameMapping = [
    { fieldId: 1, names: ['id', 'ident'], fields: [] },
    { fieldId: 3, names: ['point'], fields: [{ fieldId: 4, names: ['old_x'], fields: [] }] },
  ]
  const scan = scanOf({ schema, files: [scanFile(plain), scanFile(await range(1, 1))], nameMapping })
  // The mapping leaves out "name": it is a column of the file, but of no field.
  expect(await rows(scan)).toEqual([
    { id: '1', name: 'n1', point: null },
    { id: '7', name: null, point: { x: '1' } },
  ])
  await expect(rows(scanOf({ files: [scanFile(plain)] }))).rejects.toThrow(
    /no field ids.*schema.name-mapping.default/,
  )
})

test('an equality delete tells a struct that is null from one that holds a null', async () => {
  const point = field(2, 'point', { type: 'struct', fields: [field(3, 'x', 'int')] })
  const columns = '{id: 1, point: {__duckdb_field_id: 2, x: 3}}'
  const data = await parquet(
    `SELECT * FROM (VALUES (1::BIGINT, {x: 5::INTEGER}), (2, {x: NULL}), (3, NULL)) v(id, point)`,
    columns,
  )
  const remaining = async (deleted: string) => {
    const path = await parquet(`SELECT ${deleted} AS point`, '{point: {__duckdb_field_id: 2, x: 3}}')
    const deletes = [await idDeletes('(0::BIGINT)', { path, equalityIds: [3] })]
    const schema: Schema = { schemaId: 0, fields: [field(1, 'id', 'long'), point] }
    return ids(scanOf({ schema, files: [scanFile(data, { deletes: [0] })], deletes }))
  }
  expect(await remaining('{x: 5::INTEGER}')).toEqual([2, 3])
  expect(await remaining('{x: NULL::INTEGER}')).toEqual([1, 3])
  expect(await remaining('CAST(NULL AS STRUCT(x INTEGER))')).toEqual([1, 2])
})

test('a path with characters of patterns is that file only', async () => {
  const odd = path.join(root, 'name=a*[b]?')
  const other = path.join(root, 'name=axbx')
  for (const folder of [odd, other]) await mkdir(folder)
  const [wanted, similar] = [path.join(odd, '1.parquet'), path.join(other, '1.parquet')]
  await rename(await range(1, 2), wanted)
  await rename(await range(8, 9), similar)
  const deletes = [await vector([0])]
  expect(await ids(scanOf({ files: [scanFile(wanted)] }))).toEqual([1, 2])
  expect(
    await ids(scanOf({ files: [scanFile(wanted, { deletes: [0] }), scanFile(similar)], deletes })),
  ).toEqual([2, 8, 9])
})

test('a table without files has its columns', async () => {
  const { columns } = await engine.run('query', {
    sql: 'FROM t',
    tables: { t: scanOf({ rowLineage: true }) },
  })
  expect(columns.map(({ name }) => name)).toEqual(['id', 'name', rowIdField.name, lastUpdatedField.name])
})

test('damaged vectors and missing files are told apart', async () => {
  const data = await range(0, 9)
  const good = await vector([1])
  const wrong = { ...good, recordCount: 2n } as ScanDelete
  await expect(
    rows(scanOf({ files: [scanFile(data, { deletes: [0] })], deletes: [wrong] })),
  ).rejects.toMatchObject({
    code: 'corrupt',
  })
  await expect(rows(scanOf({ files: [scanFile(path.join(root, 'gone.parquet'))] }))).rejects.toMatchObject({
    code: 'not-found',
  })
})

const lineage = async (scan: TableScan) =>
  (
    await rows(
      { ...scan, rowLineage: true },
      `SELECT id, ${rowIdField.name} AS row, ${lastUpdatedField.name} AS seq FROM t ORDER BY id`,
    )
  ).map((row) => [
    Number(row.id),
    row.row === null ? null : Number(row.row),
    row.seq === null ? null : Number(row.seq),
  ])

test('rows keep their lineage when they are rewritten', async () => {
  const data = await range(0, 3)
  const scan = scanOf({
    files: [
      scanFile(data, { firstRowId: 100n, sequenceNumber: 5n, deletes: [0] }),
      scanFile(await range(8, 8)),
    ],
    deletes: [await vector([1])],
    rowLineage: true,
  })
  // A file from before format version 3 has none.
  expect(await lineage(scan)).toEqual([
    [0, 100, 5],
    [2, 102, 5],
    [3, 103, 5],
    [8, null, null],
  ])
  const { files: written } = await engine.run('rewriteDataFiles', {
    inputs: scan.files.map((file) => file.path),
    scan,
    without: bind(gt('id', 2), people),
    schema: people,
    spec: { specId: 0, fields: [] },
    partition: {},
    outputDirectory: path.join(root, 'rewritten'),
  })
  const rewritten = written.map((file) => scanFile(file.localPath, { firstRowId: 500n, sequenceNumber: 6n }))
  expect(written[0]?.dataFile.recordCount).toBe(2n)
  expect(await lineage(scanOf({ files: rewritten }))).toEqual([
    [0, 100, 5],
    [2, 102, 5],
  ])
})

test('rows to delete become position delete files or vectors, which add up with earlier ones', async () => {
  const [a, b] = [await range(0, 9), await range(10, 19)]
  const scan = scanOf({
    files: [scanFile(a, { deletes: [0] }), scanFile(b), scanFile(await range(0, 1))],
    deletes: [await vector([7])],
  })
  const filter = bind(gt('id', 6), people)
  const run = (as: 'position-deletes' | 'deletion-vectors') =>
    engine.run('deleteRows', { scan, filter, as, outputDirectory: path.join(root, as) })

  const positions = (await run('position-deletes')).deleted
  expect(positions).toMatchObject([
    { file: 0, rows: 2n, positions: 2n },
    { file: 1, rows: 10n, positions: 10n },
  ])
  const byFiles = scanOf({
    files: scan.files.map((file, index) => ({ ...file, deletes: [...file.deletes, index + 1] })).slice(0, 2),
    deletes: [
      ...scan.deletes,
      ...positions.map(({ localPath }) => ({ kind: 'position-deletes' as const, path: localPath })),
    ],
  })
  expect(await ids(byFiles)).toEqual([0, 1, 2, 3, 4, 5, 6])

  const vectors = (await run('deletion-vectors')).deleted
  expect(vectors).toMatchObject([
    { file: 0, rows: 2n, positions: 3n },
    { file: 1, rows: 10n, positions: 10n },
  ])
  expect(new Set(vectors.map(({ localPath }) => localPath)).size).toBe(1)
  const byVectors = scanOf({
    files: [scanFile(a, { deletes: [0] }), scanFile(b, { deletes: [1] })],
    deletes: vectors.map((one) => ({
      kind: 'deletion-vector' as const,
      path: one.localPath,
      offset: Number(one.contentOffset),
      length: Number(one.contentSizeInBytes),
      recordCount: one.positions,
    })),
  })
  expect(await ids(byVectors)).toEqual([0, 1, 2, 3, 4, 5, 6])

  const nothing = await engine.run('deleteRows', {
    scan,
    filter: bind(gt('id', 100), people),
    as: 'deletion-vectors',
    outputDirectory: path.join(root, 'nothing'),
  })
  expect(nothing.deleted).toEqual([])
})
