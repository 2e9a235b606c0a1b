import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createReference, dropReference } from '#lib/iceberg/actions/manage-references.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { PlanSummarySchema } from './plans/plan-types.ts'
import { restoreRun } from './quarantine/restore-files.ts'
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

const start = Date.parse('2026-03-02T12:00:00+09:00')
const at = (days: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + days * day })

async function newTable() {
  at(0)
  const table = await VisitsTable.create(lake, `t_${randomUUID().replaceAll('-', '')}`, {
    'history.expire.max-snapshot-age-ms': '3600000',
    'history.expire.min-snapshots-to-keep': '1',
  })
  await keep.say(table.id, { 'tags.daily': 2, 'compaction.enabled': false, 'orphans.enabled': false })
  return table
}

/** What the autopilot does at a look: what it starts is done at once. */
async function look(table: VisitsTable) {
  const sendJob = async () => randomUUID()
  const { stored } = await evaluateTable({ ...lake, sendJob }, table.id, 'schedule')
  for (const { started } of stored) {
    if (started?.kind !== 'plan') continue
    const plan = await keep.make(started.id)
    if (plan.runId) await keep.work(plan.runId, plan.id)
  }
  return stored.filter(({ started }) => started !== null).map(({ action }) => action)
}

/** Two commits on each of some days, a look after each day's last one and a look on the day after the last. */
async function liveThrough(table: VisitsTable, days: readonly number[]) {
  for (const n of days) {
    at(n)
    await look(table)
    await table.append(n, [n * 10, n * 10 + 4])
    at(n + 0.1)
    await table.append(n, [n * 10 + 5, n * 10 + 9])
    await look(table)
  }
  at((days.at(-1) ?? 0) + 1)
  await look(table)
}

const refsOf = async (table: VisitsTable) => Object.keys((await table.load()).metadata.refs).sort()
const digestAt = async (table: VisitsTable, ref: string) =>
  table.digest((await table.load()).metadata.refs[ref]?.snapshotId ?? 0n)

describe('tags of calendar periods', () => {
  it('are made by the autopilot, outlive the expiry of their snapshots, and stay at their number', async () => {
    const table = await newTable()
    await liveThrough(table, [0])
    const first = await digestAt(table, 'firn-daily-2026-03-02')
    expect(first).toMatch(/^10 /)
    await liveThrough(table, [1])
    // Snapshots of an hour are kept; yesterday's last one is held by its tag alone.
    expect(await refsOf(table)).toEqual(['firn-daily-2026-03-02', 'firn-daily-2026-03-03', 'main'])
    expect(await digestAt(table, 'firn-daily-2026-03-02')).toBe(first)
    expect((await table.load()).metadata.snapshots).toHaveLength(2)
    await liveThrough(table, [2, 3])
    expect(await refsOf(table)).toEqual(['firn-daily-2026-03-04', 'firn-daily-2026-03-05', 'main'])
    expect(await digestAt(table, 'firn-daily-2026-03-04')).toMatch(/^30 /)
  })

  it('keep an idle table as it was, however long', async () => {
    const table = await newTable()
    await liveThrough(table, [0, 1])
    const refs = await refsOf(table)
    for (const days of [30, 400, 4_000]) {
      at(days)
      expect(await look(table)).not.toContain('tag-snapshots')
      expect(await refsOf(table)).toEqual(refs)
    }
  })

  it('never touch the tags of people, whatever their names', async () => {
    const table = await newTable()
    at(0.2)
    await table.append(0, [1, 5])
    const { identifier } = table
    const make = (name: string) =>
      commitChange(lake.catalog, identifier, createReference({ name, type: 'tag' }))
    await make('firn-daily-2020-01-01')
    await make('firn-daily-2026-03-02')
    await make('release')
    const before = (await table.load()).metadata.refs
    await liveThrough(table, [1, 2, 3, 4])
    at(6.5)
    await look(table)
    const { main: _, ...after } = (await table.load()).metadata.refs
    expect(after).toMatchObject({
      'firn-daily-2020-01-01': before['firn-daily-2020-01-01'],
      'firn-daily-2026-03-02': before['firn-daily-2026-03-02'],
      release: before.release,
    })
    expect(Object.keys(after).sort().slice(2)).toEqual([
      'firn-daily-2026-03-05',
      'firn-daily-2026-03-06',
      'release',
    ])
  })

  it('beyond their number go with an expiry that says so before and can be undone', async () => {
    const table = await newTable()
    await liveThrough(table, [0, 1])
    const held = await digestAt(table, 'firn-daily-2026-03-02')
    at(2)
    await keep.say(table.id, { 'tags.daily': 1 })
    const plan = await keep.plan(table.id, 'expire-snapshots')
    expect(PlanSummarySchema.parse(plan.summary)).toMatchObject({
      snapshotsRemoved: 1,
      refsRemoved: [{ name: 'firn-daily-2026-03-02', type: 'tag' }],
    })
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    expect(await refsOf(table)).toEqual(['firn-daily-2026-03-03', 'main'])
    await restoreRun(lake, run.id, 'test')
    expect(await digestAt(table, 'firn-daily-2026-03-02')).toBe(held)
  })

  it('are not made as planned when somebody took the name meanwhile', async () => {
    const table = await newTable()
    at(0.2)
    await table.append(0, [1, 5])
    at(1)
    const plan = await keep.plan(table.id, 'tag-snapshots')
    expect(PlanSummarySchema.parse(plan.summary).tagsAdded).toMatchObject([{ name: 'firn-daily-2026-03-02' }])
    const theirs = { name: 'firn-daily-2026-03-02', type: 'tag' } as const
    await commitChange(lake.catalog, table.identifier, createReference(theirs))
    expect(await keep.apply(plan)).toMatchObject({ state: 'failed' })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
    await commitChange(lake.catalog, table.identifier, dropReference(theirs.name))
    expect(await keep.apply(await keep.plan(table.id, 'tag-snapshots'))).toMatchObject({
      state: 'succeeded',
      after: { refs: 2 },
    })
  })
})
