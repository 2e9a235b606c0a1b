import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Engine } from '#lib/engine/engine.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { and, eq, gt, isIn, lt } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { type DeleteMode, deleteRows } from './delete-rows.ts'
import { scanTable } from './local-table-scan.ts'
import { overwriteRows } from './overwrite-rows.ts'
import { LocalTable, startTestEngine } from './test-support/local-table.ts'

/** PyIceberg reads rows we deleted and overwrote, and we read what it deleted, overwrote and evolved. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 })

const script = fileURLToPath(new URL('./pyiceberg_rows.py', import.meta.url))

let python: string
let engine: Engine
let table: LocalTable

beforeAll(async () => {
  python = await pythonWithPyIceberg()
  engine = startTestEngine()
})
afterAll(() => engine?.close())
afterEach(() => table?.remove())

async function ask<T>(answer: z.ZodType<T>, ...args: string[]): Promise<T> {
  const result = await runProgram(python, [script, ...args])
  if (result.code !== 0) throw new Error(`PyIceberg failed: ${summaryOf(result)}`)
  return answer.parse(JSON.parse(result.output.trim().split('\n').at(-1) ?? ''))
}

const ReadSchema = z.object({
  snapshots: z.record(z.string(), z.array(z.number())),
  refs: z.record(z.string(), z.array(z.number())),
  filtered: z.array(z.number()),
  deletes: z.number(),
})

const modes: [version: number, mode: DeleteMode][] = [
  [2, 'copy-on-write'],
  [2, 'merge-on-read'],
  [3, 'merge-on-read'],
]

it.each(modes)('PyIceberg reads the rows we leave in format version %i as %s', async (version, mode) => {
  table = await LocalTable.create(engine, { 'format-version': String(version), 'write.delete.mode': mode })
  const remove = (filter: Parameters<typeof deleteRows>[1]['filter'], branch = 'main') =>
    deleteRows(table.context(), { identifier: table.identifier, filter, branch })
  await table.append(1, [1, 10])
  await table.append(2, [11, 20])
  await remove(isIn('id', [2, 15]))
  await remove(and(gt('id', 3), lt('id', 7)))
  await overwriteRows(table.context(), {
    identifier: table.identifier,
    filter: eq('id', 16),
    add: [await table.write(3, [21, 22])],
  })
  await remove(eq('page', 'p17'))
  await remove(isIn('id', [1, 22]), 'audit')
  await overwriteRows(table.context(), {
    identifier: table.identifier,
    filter: eq('id', 21),
    add: [await table.write(3, [31, 32])],
    branch: 'audit',
  })
  const loaded = await table.load()
  const theirs = await ask(ReadSchema, 'read', loaded.metadataLocation)
  const left = [1, 3, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 20, 21, 22]
  expect(await table.ids()).toEqual(left)
  expect(theirs.filtered).toEqual(left.filter((id) => id >= 14))
  expect(Object.keys(theirs.snapshots)).toHaveLength(8)
  for (const [snapshotId, ids] of Object.entries(theirs.snapshots)) {
    expect(ids).toEqual(await table.ids({ snapshotId: BigInt(snapshotId) }))
  }
  expect(theirs.refs).toEqual({
    main: left,
    audit: [...left.filter((id) => ![1, 21, 22].includes(id)), 31, 32],
  })
  const ours = (await planFiles(loaded)).reduce((sum, task) => sum + task.deletes.length, 0)
  expect(theirs.deletes).toBe(ours)
  expect(ours > 0).toBe(mode === 'merge-on-read')
})

describe('what PyIceberg wrote', () => {
  const Rows = z.array(z.record(z.string(), z.unknown()))
  const WriteSchema = z.object({
    metadataLocation: z.string(),
    rows: Rows,
    filtered: Rows,
    snapshots: z.record(z.string(), Rows),
  })

  it('has the same rows in every snapshot, over schemas and partition specs', async () => {
    table = await LocalTable.create(engine, {})
    const { io } = table.catalog
    const theirs = await ask(WriteSchema, 'write', path.join(table.root, 'theirs'))
    const metadata = await readMetadataFile(io, theirs.metadataLocation)
    const loaded = {
      identifier: { namespace: ['n'], name: 't' },
      metadataLocation: theirs.metadataLocation,
      metadata,
      io,
    }
    // 64-bit integers are text here, numbers there.
    const numbers = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll(/"id":"(\d+)"/g, '"id":$1'))
    const read = async (options: Parameters<typeof scanTable>[1], where = 'TRUE') => {
      const t = await scanTable(loaded, options)
      const sql = `SELECT * FROM t WHERE ${where} ORDER BY id`
      return numbers((await engine.run('query', { sql, tables: { t } })).rows)
    }
    expect(theirs.rows.length).toBeGreaterThan(10)
    expect(metadata.partitionSpecs).toHaveLength(2)
    expect(await read({})).toEqual(theirs.rows)
    const filter = and(eq('label', 'ice'), gt('id', 7))
    expect(await read({ filter }, `label = 'ice' AND id > 7`)).toEqual(theirs.filtered)
    for (const [snapshotId, rows] of Object.entries(theirs.snapshots)) {
      expect(await read({ snapshotId: BigInt(snapshotId) })).toEqual(rows)
    }
  })
})
