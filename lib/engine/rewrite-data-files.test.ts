import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Schema } from '../iceberg/spec/schema.ts'
import { decodeValue } from '../iceberg/spec/single-value.ts'
import { createEngine } from './create-engine.ts'
import type { Engine } from './engine.ts'
import type { RewriteDataFilesPayload } from './tasks.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let engine: Engine
let root: string
let directory: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'firn-rewrite-'))
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
beforeEach(async () => {
  directory = await mkdtemp(path.join(root, 'case-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const field = (id: number, name: string, type: Schema['fields'][number]['type']) => ({
  id,
  name,
  type,
  required: false,
})
const schema: Schema = {
  schemaId: 1,
  fields: [
    field(1, 'id', 'long'),
    field(2, 'title', 'string'),
    field(4, 'hour', 'int'),
    field(5, 'added', 'double'),
  ],
}
const spec = {
  specId: 3,
  fields: [{ sourceId: 4, fieldId: 1000, name: 'hour', transform: 'identity' as const }],
}

/** Files of two schemas: in the older one `id` is an int, `title` is called `name`, and `gone` was dropped since. */
async function write(name: string, select: string, fieldIds: string): Promise<string> {
  // Inputs lie in partition folders, whose names must not be taken for columns.
  const folder = path.join(directory, 'hour=99')
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, `${name}.parquet`)
  await engine.run('query', { sql: `COPY (${select}) TO '${file}' (FORMAT parquet, FIELD_IDS ${fieldIds})` })
  return file
}
const older = (name: string, rows: number) =>
  write(
    name,
    `SELECT range::INTEGER AS id, 'n' || range AS name, 7 AS hour, true AS gone FROM range(${rows})`,
    '{id: 1, name: 2, hour: 4, gone: 3}',
  )
const newer = (name: string, rows: number) =>
  write(
    name,
    `SELECT 9007199254740993 + range AS id, 't' || range AS title, 7 AS hour, range / 2 AS added FROM range(${rows})`,
    '{id: 1, title: 2, hour: 4, added: 5}',
  )

const rewrite = (inputs: string[], more: Partial<RewriteDataFilesPayload> = {}) =>
  engine.run('rewriteDataFiles', {
    inputs,
    schema,
    spec,
    partition: { hour: 7 },
    outputDirectory: path.join(directory, 'output'),
    ...more,
  })
const query = async (select: string, files: { localPath: string }[]) =>
  (
    await engine.run('query', {
      sql: `SELECT ${select} FROM read_parquet([${files.map((file) => `'${file.localPath}'`).join(', ')}], hive_partitioning = false)`,
    })
  ).rows

test('files of several schemas become one of the current schema, with statistics', async () => {
  const result = await rewrite([await older('a', 10), await newer('b', 5)], { expectedRows: 15n })
  expect(result.files).toHaveLength(1)
  const file = result.files[0]
  expect(file?.relativePath).toMatch(/^hour=7\/[0-9a-f-]{36}\.parquet$/)
  expect(file?.dataFile).toMatchObject({ specId: 3, partition: { hour: 7 }, recordCount: 15n })
  expect(file?.dataFile.nullValueCounts?.get(5)).toBe(10n)
  const bound = (side: 'lowerBounds' | 'upperBounds') =>
    decodeValue('long', file?.dataFile[side]?.get(1) ?? Buffer.alloc(0))
  expect([bound('lowerBounds'), bound('upperBounds')]).toEqual([0n, 9007199254740997n])
  expect(
    await query(
      'max(id) AS id, count(title) AS titles, count(*) AS n, any_value(hour) AS hour',
      result.files,
    ),
  ).toEqual([{ id: '9007199254740997', titles: '15', n: '15', hour: 7 }])
})

test('the output is sorted when asked, over several files too', async () => {
  const inputs = [await newer('a', 60_000), await older('b', 60_000)]
  const one = await rewrite(inputs, { sortBy: [{ name: 'id', direction: 'desc' }] })
  const [first] = await query('first(id) AS first, last(id) AS last', one.files)
  expect(first).toEqual({ first: '9007199254800992', last: '0' })

  const several = await rewrite(inputs, {
    sortBy: [{ name: 'id', direction: 'asc' }],
    targetFileSizeBytes: Math.ceil(one.bytesRead / 3),
    expectedRows: 120_000n,
  })
  expect(several.files).toHaveLength(3)
  const bounds = several.files.map(({ dataFile }) => [
    decodeValue('long', dataFile.lowerBounds?.get(1) ?? Buffer.alloc(0)) as bigint,
    decodeValue('long', dataFile.upperBounds?.get(1) ?? Buffer.alloc(0)) as bigint,
  ])
  for (const [index, [lower]] of bounds.entries()) {
    if (index > 0) expect(lower).toBeGreaterThan(bounds[index - 1]?.[1] as bigint)
  }
})

/** For each file, the least and greatest values of two columns, by a query on the file itself. */
const extents = (files: { localPath: string }[]) =>
  Promise.all(
    files.map(async (file) => {
      const [row] = await query('min(id) AS a, max(id) AS b, min(added) AS c, max(added) AS d', [file])
      return { id: [Number(row?.a), Number(row?.b)], added: [Number(row?.c), Number(row?.d)] } as const
    }),
  )
/** Files that a reader of one value opens, on average over many values. */
const opened = (found: Awaited<ReturnType<typeof extents>>, column: 'id' | 'added', most: number) => {
  const probes = Array.from({ length: 101 }, (_, index) => (most * index) / 100)
  const hits = probes.map(
    (probe) => found.filter(({ [column]: [from, to] }) => from <= probe && probe <= to).length,
  )
  return hits.reduce((sum, count) => sum + count, 0) / probes.length
}

test('along a curve the same rows lie in files that are narrow in each column', async () => {
  const rows = 60_000
  const inputs = await Promise.all(
    [1, 2, 3, 4].map((part) =>
      write(
        `z${part}`,
        // Each file spreads over everything; one column is skewed, with nulls.
        `SELECT hash(range * 4 + ${part}) % ${rows} AS id, 't' || range AS title, 7 AS hour,
         CASE WHEN range % 50 > 0 THEN (hash(range * 4 + ${part}, 'x') % 1000 / 1000) ** 4 END AS added FROM range(${rows})`,
        '{id: 1, title: 2, hour: 4, added: 5}',
      ),
    ),
  )
  const size = (await rewrite(inputs)).bytesRead
  const targetFileSizeBytes = Math.ceil(size / 16)
  const laid = async (more: Partial<RewriteDataFilesPayload>) => {
    const { files } = await rewrite(inputs, { targetFileSizeBytes, expectedRows: BigInt(4 * rows), ...more })
    const [content] = await query('count(*) AS n, sum(hash(id, title, hour, added)) AS hashes', files)
    const found = await extents(files)
    return {
      content,
      share: {
        id: opened(found, 'id', rows) / files.length,
        added: opened(found, 'added', 1) / files.length,
      },
    }
  }
  const plain = await laid({})
  const curve = await laid({ zOrderBy: ['id', 'added'] })
  const lined = await laid({ sortBy: [{ name: 'id', direction: 'asc' }] })
  expect(curve.content).toEqual(plain.content)
  expect(plain.share).toEqual({ id: expect.closeTo(1, 1), added: expect.closeTo(1, 1) })
  // Sixteen files are four by four cells: a value of either column lies in a quarter of them.
  expect(curve.share.id).toBeLessThan(0.4)
  expect(curve.share.added).toBeLessThan(0.4)
  expect(lined.share.id).toBeLessThan(0.1)
  expect(lined.share.added).toBeGreaterThan(0.9)
})

test('a curve goes through columns of any type, with nulls and equal values, and through no rows', async () => {
  const inputs = [await older('a', 3_000), await newer('b', 3_000)]
  const { files } = await rewrite(inputs, {
    zOrderBy: ['title', 'added', 'hour', 'id'],
    targetFileSizeBytes: 10_000,
    expectedRows: 6_000n,
  })
  expect(files.length).toBeGreaterThan(1)
  expect(await query('count(DISTINCT (id, title)) AS n', files)).toEqual([{ n: '6000' }])
  const empty = await rewrite([await newer('none', 0)], { zOrderBy: ['id', 'title'] })
  expect(empty.rows).toBe(0)
  await expect(rewrite(inputs, { zOrderBy: ['id', 'nope'] })).rejects.toThrow('no column nope')
})

test('without a sort order inputs are grouped to about the target size', async () => {
  const inputs = await Promise.all(['a', 'b', 'c', 'd'].map((name) => newer(name, 20_000)))
  const whole = await rewrite(inputs)
  const halves = await rewrite(inputs, { targetFileSizeBytes: Math.ceil(whole.bytesRead / 2.5) })
  expect(whole.files).toHaveLength(1)
  expect(halves.files).toHaveLength(2)
  expect(halves.rows).toBe(80_000)
})

test('another number of rows than the manifests say stops the rewrite and leaves nothing', async () => {
  await expect(rewrite([await newer('a', 5)], { expectedRows: 6n })).rejects.toMatchObject({
    code: 'corrupt',
  })
  expect(await readdir(path.join(directory, 'output'))).toEqual([])
})

test('nulls come where the order says', async () => {
  const inputs = [await older('a', 5), await newer('b', 5)]
  const firstNull = async (nullOrder: 'nulls-first' | 'nulls-last') => {
    const { files } = await rewrite(inputs, { sortBy: [{ name: 'added', direction: 'asc', nullOrder }] })
    return (await query('first(added) IS NULL AS none', files))[0]?.none
  }
  expect([await firstNull('nulls-first'), await firstNull('nulls-last')]).toEqual([true, false])
})

test('missing, damaged and no inputs are told apart', async () => {
  const broken = path.join(directory, 'broken.parquet')
  await writeFile(broken, 'this is not Parquet, whatever its name says')
  await expect(rewrite([path.join(directory, 'gone.parquet')])).rejects.toMatchObject({ code: 'not-found' })
  await expect(rewrite([broken])).rejects.toMatchObject({ code: 'corrupt' })
  await expect(rewrite([])).rejects.toMatchObject({ code: 'bad-input' })
  await expect(
    rewrite([await newer('a', 1)], { sortBy: [{ name: 'nope', direction: 'asc' }] }),
  ).rejects.toThrow('no column nope')
})
