import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { danglingDeletes } from '#lib/iceberg/scan/dangling-deletes.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { logger } from '#lib/log.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { runCompaction } from './run-compaction.ts'
import { upkeep } from './test-support/upkeep.ts'
import { VisitsTable } from './test-support/visits-lake.ts'

vi.setConfig({ testTimeout: 120_000 })

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake?.close())

const dangling = async (table: VisitsTable): Promise<number> => {
  const loaded = await table.load()
  const snapshot = currentSnapshot(loaded.metadata)
  if (!snapshot) return 0
  return (await danglingDeletes(loaded, snapshot, await planFiles(loaded))).length
}

const compactionOf = async (table: VisitsTable) => {
  const { stored } = await evaluateTable({ ...lake, sendJob: async () => randomUUID() }, table.id)
  return stored.find(({ action }) => action === 'compaction')
}

it('drops by itself what streaming deletes leave behind, and no row goes or comes back', async () => {
  const table = await VisitsTable.create(lake, `v_${randomUUID().replaceAll('-', '')}`, {})
  await keep.say(table.id, { 'compaction.danglingDeleteFiles': 4 })
  await table.append(1, [1, 20])
  await table.deleteByEquality(1, [7])
  const rowsOf = async () => table.digest((await table.load()).metadata.currentSnapshotId as bigint)
  const rows = await rowsOf()
  // About days that have no rows, as a stream of changes leaves them.
  for (const id of [1, 2, 3]) await table.deleteByEquality(9, [id])
  expect(await compactionOf(table)).toMatchObject({ due: false, started: null })
  await table.deleteByEquality(9, [4])
  expect(await dangling(table)).toBe(4)
  const decision = await compactionOf(table)
  expect(decision).toMatchObject({ due: true, started: { kind: 'run' } })
  const runId = decision?.started?.id ?? ''
  await runCompaction(
    {
      ...lake,
      log: logger(),
      worker: 'test',
      jobId: randomUUID(),
      sendJob: async () => randomUUID(),
      signal: new AbortController().signal,
      stopping: new AbortController().signal,
      lanes: 1,
      workDirectory: path.join(lake.directory, runId),
    },
    { runId, tableId: table.id },
  )
  const run = await keep.runOf(runId)
  expect(run).toMatchObject({
    state: 'succeeded',
    details: { groups: 0, droppedDeleteFiles: 4 },
    canary: { state: 'equal' },
  })
  expect(await dangling(table)).toBe(0)
  expect(await rowsOf()).toBe(rows)
  // The one that is about a row stays.
  expect((await planFiles(await table.load())).flatMap(({ deletes }) => deletes)).toHaveLength(1)
})
