import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { rollbackToSnapshot } from '#lib/iceberg/actions/rollback.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { isIn } from '#lib/iceberg/scan/expression.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { listLiveFiles } from './list-live-files.ts'
import { PlanSummarySchema } from './plans/plan-types.ts'
import type { PolicyOverrides } from './policy/policy-fields.ts'
import { upkeep } from './test-support/upkeep.ts'
import { VisitsTable } from './test-support/visits-lake.ts'

const day = 86_400_000

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake.close())
afterEach(() => {
  vi.useRealTimers()
})

const start = Date.parse('2026-03-02T15:00:00Z')
const today = Math.floor(start / day)
/** The partition of a day, counted back from today. */
const nameOf = (daysAgo: number): string =>
  `day=${new Date((today - daysAgo) * day).toISOString().slice(0, 10)}`
const at = (days: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + days * day })
const kept30: PolicyOverrides = { 'retention.column': 'day', 'retention.maxAgeMs': 30 * day }

/** Ten rows of each of some days, counted from today. */
async function tableOf(days: readonly number[], policy = kept30): Promise<VisitsTable> {
  at(0)
  const table = await VisitsTable.create(lake, `r_${randomUUID().replaceAll('-', '')}`, {})
  for (const n of days) await table.append(today + n, [1000 + n * 10, 1009 + n * 10])
  await keep.say(table.id, {
    'compaction.enabled': false,
    'expiry.enabled': false,
    'orphans.enabled': false,
    ...policy,
  })
  return table
}

/** What the autopilot does at a look: what it starts is done at once. */
async function look(table: VisitsTable) {
  const { stored } = await evaluateTable({ ...lake, sendJob: async () => randomUUID() }, table.id, 'schedule')
  const { started } = stored.find(({ action }) => action === 'delete-old-rows') ?? {}
  if (!started) return null
  const plan = await keep.make(started.id)
  if (plan.runId) await keep.work(plan.runId, plan.id)
  return keep.planOf(plan.id)
}

const daysOf = async (table: VisitsTable) =>
  (await listLiveFiles(await table.load()))
    .map(({ file }) => Number(file.partition.day) - today)
    .sort((a, b) => a - b)
const digest = async (table: VisitsTable) =>
  table.digest((await table.load()).metadata.currentSnapshotId ?? 0n)

describe('data retention', () => {
  it('is off until a column and an age are named', async () => {
    const table = await tableOf([-4_000, -1], {})
    expect(await look(table)).toBeNull()
    expect(await keep.plan(table.id, 'delete-old-rows')).toMatchObject({
      state: 'nothing-to-do',
      summary: { reason: expect.stringContaining('retention.column') },
    })
  })

  it('brings the numbers of its sites up to what is left', async () => {
    const table = await tableOf([-60, -10])
    const site = { id: randomUUID(), name: 'Visits', timeZone: 'Asia/Seoul', columns: {} }
    await lake.db.site.create({ data: { ...site, tableId: table.id } })
    const sent: unknown[] = []
    const sendJob = async (name: string, payload: unknown) => {
      sent.push([name, payload])
      return randomUUID()
    }
    await keep.apply(await keep.plan(table.id, 'delete-old-rows'), { sendJob })
    expect(sent).toContainEqual(['mart.refresh-visitors', { siteId: site.id }])
  })

  it('says before what goes, removes just that by one delete snapshot, and can be rolled back', async () => {
    const table = await tableOf([-60, -40, -10, 0])
    await table.delete(isIn('id', [1000 - 600]))
    const rows = await digest(table)
    const before = (await table.load()).metadata
    const plan = await keep.plan(table.id, 'delete-old-rows')
    expect(plan.state).toBe('draft')
    expect(PlanSummarySchema.parse(plan.summary)).toMatchObject({
      files: 2,
      rowsRemoved: 19,
      partitionsRemoved: 2,
      partitions: [
        { name: nameOf(60), files: 1, rows: 9 },
        { name: nameOf(40), files: 1, rows: 10 },
      ],
      cutOff: new Date(start - 30 * day).toISOString(),
      partly: { files: 0 },
    })
    expect((await table.load()).metadataLocation).toBe(plan.metadataLocation)
    const run = await keep.apply(plan)
    expect(run).toMatchObject({
      state: 'succeeded',
      after: { files: 2, removedFiles: 2, quarantinedFiles: 0 },
    })
    expect(await daysOf(table)).toEqual([-10, 0])
    const { metadata } = await table.load()
    expect(metadata.snapshots.at(-1)?.summary).toMatchObject({
      operation: 'delete',
      'deleted-data-files': '2',
      'total-records': '20',
      // The position deletes of a file that went have gone with it.
      'total-delete-files': '0',
      'firn.retention.column': 'day',
    })
    expect(await table.digest(before.currentSnapshotId ?? 0n)).toBe(rows)
    await commitChange(lake.catalog, table.identifier, rollbackToSnapshot(before.currentSnapshotId ?? 0n))
    expect(await digest(table)).toBe(rows)
  })

  it('is done by the autopilot once a day, with approval where the policy asks for it', async () => {
    const table = await tableOf([-40, -29, 0])
    expect(await look(table)).toMatchObject({ state: 'applied' })
    expect(await daysOf(table)).toEqual([-29, 0])
    at(0.5)
    expect(await look(table)).toBeNull()
    await keep.say(table.id, { ...kept30, 'retention.requiresApproval': true, 'compaction.enabled': false })
    at(3)
    await table.append(today + 3, [2000, 2009])
    expect(await look(table)).toMatchObject({ state: 'awaiting-approval', summary: { rowsRemoved: 10 } })
    expect(await daysOf(table)).toEqual([-29, 0, 3])
  })

  it('leaves a plan alone whose files were changed meanwhile', async () => {
    const table = await tableOf([-40, 0])
    const plan = await keep.plan(table.id, 'delete-old-rows')
    await table.delete(
      isIn(
        'id',
        Array.from({ length: 10 }, (_, n) => 600 + n),
      ),
    )
    const rows = await digest(table)
    expect(await keep.apply(plan)).toMatchObject({ state: 'failed' })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
    expect(await digest(table)).toBe(rows)
  })

  it('goes on when rows arrived between plan and apply', async () => {
    const table = await tableOf([-40, 0])
    const plan = await keep.plan(table.id, 'delete-old-rows')
    await table.append(today, [5000, 5009])
    await table.append(today - 41, [6000, 6009])
    expect(await keep.apply(plan)).toMatchObject({ state: 'succeeded' })
    // Old rows that came late were not part of the plan: the next one has them.
    expect(await daysOf(table)).toEqual([-41, 0, 0])
  })
})

describe('apache/amoro#2555: after an idle time, data retention emptied the table', () => {
  it('counts from the event, never from commits of its own, and never empties a table by itself', async () => {
    const table = await tableOf([-40, -20, 0])
    expect(await look(table)).toMatchObject({ state: 'applied' })
    expect(await daysOf(table)).toEqual([-20, 0])
    const rows = await digest(table)
    // A year without events: only what maintenance itself commits.
    for (const days of [31, 32, 100, 365]) {
      at(days)
      await keep.say(table.id, kept30)
      const manifests = await keep.plan(table.id, 'rewrite-manifests')
      if (manifests.state === 'draft') await keep.apply(manifests)
      const plan = await look(table)
      expect(plan).toMatchObject({ state: 'nothing-to-do', autoApply: true })
      expect(PlanSummarySchema.parse(plan?.summary).reason).toContain('the table would be emptied')
      expect(await digest(table)).toBe(rows)
    }
    // Events arrive again: what is old by its own time goes, what is new stays.
    at(366)
    await table.append(today + 366, [3000, 3009])
    expect(await look(table)).toMatchObject({ state: 'applied', summary: { rowsRemoved: 20, rowsKept: 10 } })
    expect(await daysOf(table)).toEqual([366])
  })

  it('takes late events by their own time: a commit of today with old events is old', async () => {
    const table = await tableOf([0])
    await table.append(today - 400, [7000, 7009])
    expect(await look(table)).toMatchObject({ state: 'applied', summary: { rowsRemoved: 10 } })
    expect(await daysOf(table)).toEqual([0])
  })

  it('lets a person empty an idle table, who sees that nothing stays', async () => {
    const table = await tableOf([-20, 0])
    at(100)
    const plan = await keep.plan(table.id, 'delete-old-rows')
    expect(plan).toMatchObject({ state: 'draft', summary: { rowsRemoved: 20, rowsKept: 0 } })
    expect(await keep.apply(plan)).toMatchObject({ state: 'succeeded' })
    expect(await daysOf(table)).toEqual([])
  })
})
