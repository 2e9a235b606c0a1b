import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { replaceSortOrder } from '#lib/iceberg/actions/replace-sort-order.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { and, type Expression, gtEq, ltEq } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { currentSchema, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { logger } from '#lib/log.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { listLiveFiles } from './list-live-files.ts'
import type { PolicyOverrides } from './policy/policy-fields.ts'
import { requestCompaction } from './request-compaction.ts'
import { runCompaction } from './run-compaction.ts'
import { upkeep } from './test-support/upkeep.ts'
import { VisitsTable } from './test-support/visits-lake.ts'

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake.close())

const sendJob = async () => randomUUID()
const [files, rowsEach] = [32, 10_000]
const range = files * rowsEach

const parts = new Map<number, Promise<string>>()

/** A file of one day with ids and scores from anywhere, written once. */
async function writePart(part: number): Promise<string> {
  const raw = path.join(lake.directory, `${randomUUID()}.parquet`)
  await lake.engine.run('query', {
    sql: `COPY (SELECT ((range * ${files} + ${part}) * 7919) % ${range} AS id, md5(range || '-${part}') || md5(range || '+${part}') AS page, DATE '1970-01-02' AS day,
      hash(range * ${files} + ${part}, 'score') % 100000 / 100000 AS score FROM range(${rowsEach}))
      TO '${raw}' (FORMAT parquet, FIELD_IDS {id: 1, page: 2, day: 3, score: 4})`,
  })
  return raw
}
function rawPart(part: number): Promise<string> {
  const raw = parts.get(part) ?? writePart(part)
  parts.set(part, raw)
  return raw
}

/** A table of small files of one day, each with ids and scores from anywhere. */
async function scattered(policy: PolicyOverrides, count = files): Promise<VisitsTable> {
  const table = await VisitsTable.create(lake, `n_${randomUUID().replaceAll('-', '')}`, {})
  const { metadata } = await table.load()
  const added = []
  for (let part = 0; part < count; part += 1) {
    const raw = await rawPart(part)
    const written = await lake.engine.run('rewriteDataFiles', {
      inputs: [raw],
      schema: currentSchema(metadata),
      spec: defaultSpec(metadata),
      partition: { day: 1 },
      outputDirectory: path.join(lake.directory, randomUUID()),
    })
    for (const { localPath, relativePath, dataFile } of written.files) {
      const filePath = `${metadata.location}/data/${relativePath}`
      await lake.io.publish([{ localPath, location: filePath }])
      added.push({ ...dataFile, filePath })
    }
  }
  await commitWithRetry(lake.catalog, table.identifier, appendFiles({ files: added }))
  await keep.say(table.id, {
    'compaction.targetBytes': 1_000_000,
    'compaction.smallFileBytes': 1_000_000,
    ...policy,
  })
  return table
}

/** As "Rewrite all files…" does: planned, then applied. */
const rewriteAll = async (table: VisitsTable) =>
  keep.apply(await keep.plan(table.id, 'compaction', { allFiles: true }))

async function compact(table: VisitsTable) {
  const { runId } = await requestCompaction(
    lake.db,
    { tableId: table.id, tableName: 'visits', trigger: 'manual', requestedBy: 'test' },
    sendJob,
  )
  await runCompaction(
    {
      ...lake,
      log: logger(),
      worker: 'test',
      jobId: randomUUID(),
      sendJob,
      signal: new AbortController().signal,
      stopping: new AbortController().signal,
      lanes: 1,
      workDirectory: path.join(lake.directory, runId),
    },
    { runId, tableId: table.id },
  )
  return keep.runOf(runId)
}

/** The share of a table's files that a reader of a fiftieth of a column's values has to open. */
async function opened(table: VisitsTable, column: string, most: number): Promise<number> {
  const loaded = await table.load()
  const all = (await planFiles(loaded)).length
  let found = 0
  for (let at = 0; at < 50; at += 5) {
    const filter: Expression = and(gtEq(column, (most * at) / 50), ltEq(column, (most * (at + 1)) / 50))
    found += (await planFiles(loaded, { filter })).length
  }
  return found / all / 10
}
const pruning = async (table: VisitsTable) => ({
  id: await opened(table, 'id', range),
  score: await opened(table, 'score', 1),
})
/** Its rows, in no order. */
const digest = async (table: VisitsTable) => {
  const visits = await scanTable(await table.load())
  const sql = 'SELECT count(*) AS rows, sum(hash(visits))::VARCHAR AS hashes FROM visits'
  return (await lake.engine.run('query', { sql, tables: { visits } })).rows
}
const sortOrderIds = async (table: VisitsTable) => [
  ...new Set((await listLiveFiles(await table.load())).map(({ file }) => file.sortOrderId)),
]

describe('compaction by named columns', () => {
  it('along a curve lets readers of each column open fewer files than binpack, with the same rows', async () => {
    const binpack = await scattered({ 'compaction.strategy': 'binpack' })
    const curve = await scattered({
      'compaction.strategy': 'z-order',
      'compaction.zOrderColumns': ['id', 'score'],
    })
    const rows = await digest(curve)
    expect(await digest(binpack)).toEqual(rows)
    for (const table of [binpack, curve]) {
      expect(await compact(table)).toMatchObject({ state: 'succeeded', details: { lostRaces: 0 } })
      expect(await digest(table)).toEqual(rows)
    }
    const [packed, curved] = [await pruning(binpack), await pruning(curve)]
    expect(packed).toEqual({ id: 1, score: 1 })
    // Thirteen files are about four by three cells; a fiftieth of a column's values lies in a row of them.
    expect(curved.id).toBeLessThan(0.55)
    expect(curved.score).toBeLessThan(0.55)
    // No sort order of Iceberg's says what a curve is.
    expect(await sortOrderIds(curve)).toEqual([undefined])
    // What is in order is left alone.
    expect(await compact(curve)).toMatchObject({ state: 'skipped' })
  })

  it('by sort columns says the sort order only where the table has just this one', async () => {
    const table = await scattered({ 'compaction.sortColumns': ['score desc', 'id'] })
    const rows = await digest(table)
    await compact(table)
    expect((await pruning(table)).score).toBeLessThan(0.3)
    expect(await sortOrderIds(table)).toEqual([undefined])
    await commitChange(
      lake.catalog,
      table.identifier,
      replaceSortOrder([{ column: 'score', direction: 'desc' }, { column: 'id' }]),
    )
    expect(await rewriteAll(table)).toMatchObject({ state: 'succeeded' })
    expect(await sortOrderIds(table)).toEqual([(await table.load()).metadata.defaultSortOrderId])
    expect(await digest(table)).toEqual(rows)
  })

  it('does not start when a column has gone, says which one, and does it no harm by hand', async () => {
    const table = await scattered(
      { 'compaction.strategy': 'z-order', 'compaction.zOrderColumns': ['id', 'score'] },
      6,
    )
    await commitChange(
      lake.catalog,
      table.identifier,
      updateSchema([{ change: 'rename-column', column: 'score', name: 'points' }]),
    )
    const { decisions } = await evaluateTable({ ...lake, sendJob }, table.id)
    const failed = decisions[0]?.conditions.filter(({ passed }) => !passed)
    expect(failed).toMatchObject([
      { name: 'usable-columns', about: expect.stringContaining('no column "score"') },
    ])
    const before = (await table.load()).metadataLocation
    const run = await compact(table)
    expect(run).toMatchObject({ state: 'failed', problem: { message: expect.stringContaining('"score"') } })
    await expect(keep.plan(table.id, 'compaction')).resolves.toMatchObject({
      state: 'failed',
      problem: { message: expect.stringContaining('"score"') },
    })
    expect((await table.load()).metadataLocation).toBe(before)
  })
})
