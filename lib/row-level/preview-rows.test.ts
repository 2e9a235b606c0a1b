import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fieldIdsOption } from '#lib/engine/duckdb-types.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { SchemaChange } from '#lib/iceberg/actions/evolve-schema.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { gt, lt } from '#lib/iceberg/scan/expression.ts'
import { currentSchema, defaultSpec, schemaById } from '#lib/iceberg/spec/table-metadata.ts'
import type { IcebergType } from '#lib/iceberg/spec/types.ts'
import { deleteRows } from './delete-rows.ts'
import { previewRows } from './preview-rows.ts'
import { LocalTable, startTestEngine } from './test-support/local-table.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let engine: Engine
let table: LocalTable
beforeAll(() => {
  engine = startTestEngine()
})
afterAll(() => engine.close())
afterEach(() => table.remove())

async function preview(limit: number, snapshotId?: bigint) {
  const loaded = await table.load()
  const schema = currentSchema(loaded.metadata)
  return previewRows(engine, loaded, { schema, limit, ...(snapshotId === undefined ? {} : { snapshotId }) })
}
const ids = (rows: unknown[][]) => rows.map(([id]) => Number(id)).sort((a, b) => a - b)
const remove = (filter: Parameters<typeof deleteRows>[1]['filter']) =>
  deleteRows(table.context(), { identifier: table.identifier, filter, mode: 'merge-on-read' })

describe.each([2, 3])('the first rows of a table of format version %i', (version) => {
  it('come from as few files as give enough', async () => {
    table = await LocalTable.create(engine, { 'format-version': String(version) })
    expect(await preview(10)).toEqual({ rows: [], cut: [], filesRead: 0, filesTotal: 0, complete: true })
    for (let day = 1; day <= 5; day += 1) await table.append(day, [day * 100, day * 100 + 9])
    const some = await preview(8)
    expect(some).toMatchObject({ filesRead: 1, filesTotal: 5, complete: false })
    expect(some.rows).toHaveLength(8)
    // The newest manifest comes first.
    expect(some.rows[0]).toEqual(['500', 'p500', '1970-01-06', null])
    expect(some.rows[1]).toEqual(['501', 'p501', '1970-01-06', 250.5])
    expect(await preview(25)).toMatchObject({ filesRead: 3, complete: false })
    const all = await preview(1_000)
    expect(all).toMatchObject({ filesRead: 5, complete: true })
    expect(all.rows).toHaveLength(50)
  })

  it('are without deleted ones, and as they were at an older snapshot', async () => {
    table = await LocalTable.create(engine, { 'format-version': String(version) })
    await table.append(1, [1, 10])
    await table.append(1, [11, 20])
    const before = (await table.load()).metadata.currentSnapshotId
    await remove(gt('id', 12))
    await remove(lt('id', 3))
    expect(ids((await preview(100)).rows)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    // A file without a row left is not the end.
    expect(ids((await preview(5)).rows)).toHaveLength(5)
    expect(ids((await preview(100, before)).rows)).toHaveLength(20)
  })
})

describe('values', () => {
  it('are read by the schema that is asked for', async () => {
    table = await LocalTable.create(engine, {})
    await table.append(1, [1, 2])
    await commitChange(
      table.catalog,
      table.identifier,
      updateSchema([
        { change: 'rename-column', column: 'page', name: 'path' },
        { change: 'add-column', name: 'visitor', type: 'string', position: 'first' },
      ]),
    )
    const loaded = await table.load()
    const now = await previewRows(engine, loaded, { schema: currentSchema(loaded.metadata), limit: 1 })
    expect(now.rows).toEqual([[null, '1', 'p1', '1970-01-02', 0.5]])
    const before = schemaById(loaded.metadata, 0)
    const then = await previewRows(engine, loaded, { schema: before, limit: 1 })
    expect(then.rows).toEqual([['1', 'p1', '1970-01-02', 0.5]])
  })

  it('keep their digits and their nesting, and are cut where nobody would read on', async () => {
    table = await LocalTable.create(engine, {})
    const field = (id: number, name: string, type: IcebergType) => ({ id, name, type, required: false })
    const changes: SchemaChange[] = [
      { change: 'add-column', name: 'raw', type: 'binary' },
      { change: 'add-column', name: 'price', type: 'decimal(20, 4)' },
      { change: 'add-column', name: 'at', type: 'timestamptz' },
      {
        change: 'add-column',
        name: 'place',
        type: { type: 'struct', fields: [field(1, 'city', 'string'), field(2, 'code', 'long')] },
      },
      {
        change: 'add-column',
        name: 'tags',
        type: { type: 'list', elementId: 1, element: 'string', elementRequired: false },
      },
    ]
    await commitChange(table.catalog, table.identifier, updateSchema(changes))
    const loaded = await table.load()
    const schema = currentSchema(loaded.metadata)
    const raw = path.join(table.root, 'raw.parquet')
    await engine.run('query', {
      sql: `COPY (SELECT * FROM (VALUES
          (9007199254740993, 'short', DATE '1970-01-02', 'NaN'::DOUBLE, unhex('AB00'), 1234567890123456.7891::DECIMAL(20,4),
           TIMESTAMPTZ '2025-07-01 00:00:00.000001+00', {'city': '서울', 'code': 9007199254740993}, ['a', NULL]),
          (2, repeat('가', 5000), DATE '1970-01-02', NULL, repeat('x', 5000)::BLOB, NULL, NULL, NULL, [repeat('y', 30000)])
        ) t(id, page, day, score, raw, price, "at", place, tags)) TO '${raw}' (FORMAT parquet, FIELD_IDS ${fieldIdsOption(schema.fields)})`,
    })
    const written = await engine.run('rewriteDataFiles', {
      inputs: [raw],
      schema,
      spec: defaultSpec(loaded.metadata),
      partition: { day: 1 },
      outputDirectory: path.join(table.root, 'written'),
    })
    const files = written.files.map(({ localPath, dataFile }) => ({
      ...dataFile,
      filePath: `file://${localPath}`,
    }))
    await commitWithRetry(table.catalog, table.identifier, appendFiles({ files }))
    const { rows, cut } = await previewRows(engine, await table.load(), { schema, limit: 10 })
    expect(rows[0]).toEqual([
      '9007199254740993',
      'short',
      '1970-01-02',
      'NaN',
      'ab00',
      '1234567890123456.7891',
      '2025-07-01 00:00:00.000001+00',
      { city: '서울', code: '9007199254740993' },
      ['a', null],
    ])
    const [, page, , , binary, , , , tags] = rows[1] ?? []
    expect(page).toBe('가'.repeat(2000))
    expect(binary).toBe('78'.repeat(1000))
    expect(tags).toMatch(/^\[y{1999}$/)
    expect(cut).toEqual([
      { row: 1, column: 1, length: 15_000 },
      { row: 1, column: 4, length: 10_000 },
      { row: 1, column: 8, length: 30_002 },
    ])
  })
})
