import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/auth/actor.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { SchemaChange } from '#lib/iceberg/actions/evolve-schema.ts'
import { upgradeFormatVersion } from '#lib/iceberg/actions/update-properties.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { eq, or } from '#lib/iceberg/scan/expression.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { createTestLakehouse, type Lakehouse } from '../../../e2e/harness/lakehouse.ts'
import { listLiveFiles } from '../list-live-files.ts'
import { requestCompaction } from '../request-compaction.ts'
import { upkeep } from '../test-support/upkeep.ts'
import { VisitsTable } from '../test-support/visits-lake.ts'
import { getPlan, listPlanGroups } from './list-plans.ts'
import { PlanSummarySchema } from './plan-types.ts'

const admin: Actor = {
  type: 'user',
  id: 'admin',
  name: 'admin',
  role: 'admin',
  userId: null,
  email: null,
  language: null,
}

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake.close())

/** Three small files on each of some days, ten rows each. */
async function tableOf(days: readonly number[], properties: Record<string, string> = {}) {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const table = await VisitsTable.create(lake, name, { 'format-version': '2', ...properties })
  for (const day of days) {
    for (const file of [0, 1, 2]) await table.append(day, [day * 100 + file * 10, day * 100 + file * 10 + 9])
  }
  return table
}
const filesOf = async (table: VisitsTable) =>
  (await listLiveFiles(await table.load())).map(({ file }) => file.filePath).sort()
const currentDigest = async (table: VisitsTable) =>
  table.digest((await table.load()).metadata.currentSnapshotId ?? 0n)
const summaryOf = (plan: { summary: unknown }) => PlanSummarySchema.parse(plan.summary)

describe('a planned compaction', () => {
  it('says before what is merged, changes nothing then, does exactly that, and measures', async () => {
    const table = await tableOf([1, 2])
    await table.delete(or(eq('id', 101), eq('id', 112)))
    const [before, digest] = [await filesOf(table), await currentDigest(table)]
    const plan = await keep.plan(table.id, 'compaction')
    expect(plan).toMatchObject({
      state: 'draft',
      snapshotId: (await table.load()).metadata.currentSnapshotId,
    })
    const summary = summaryOf(plan)
    expect(summary).toMatchObject({
      rowsRemoved: 0,
      snapshotsRemoved: 0,
      compaction: {
        groups: 2,
        partitions: 2,
        files: 6,
        filesAfter: 2,
        rows: 60,
        deletesApplied: 2,
        deletesRemoved: 2,
        commits: 1,
      },
      estimate: { basis: 'default', runs: 0 },
    })
    expect(summary.compaction?.bytesAfter).toBe(summary.compaction?.bytes)
    expect(summary.byKind).toMatchObject({ data: { files: 6 }, delete: { files: 2 } })
    const { items: groups } = await listPlanGroups(lake.db, plan.id, { limit: 1 })
    expect(groups).toMatchObject([
      { position: 0, name: expect.stringMatching(/^day=1970-01-0[23]$/), files: 3, rows: 30 },
    ])
    expect(
      (await listPlanGroups(lake.db, plan.id, { limit: 9, filter: 'DAY=1970-01-03' })).items,
    ).toHaveLength(1)
    expect(await filesOf(table)).toEqual(before)

    // Rows that arrive in between disturb nothing, and stay in their own file.
    await table.append(1, [190, 199])
    const run = await keep.apply(plan)
    expect(run).toMatchObject({
      kind: 'compaction',
      state: 'succeeded',
      before: { files: 7 },
      after: { files: 3 },
      details: { groups: 2, removedFiles: 6, addedFiles: 2, lostRaces: 0, planId: plan.id },
    })
    expect(currentSnapshot((await table.load()).metadata)?.summary).toMatchObject({
      'removed-delete-files': '2',
    })
    expect(await filesOf(table)).toHaveLength(3)
    expect((await currentDigest(table)).split(' ')[0]).toBe(String(Number(digest.split(' ')[0]) + 10))
    const view = await getPlan(lake.db, admin, plan.id)
    expect(view).toMatchObject({ state: 'applied', run: { state: 'succeeded', canary: { state: 'equal' } } })
    expect(view.run?.cpu?.engineMs).toBeGreaterThan(0)

    // The next estimates go by this run.
    for (const n of [0, 1]) await table.append(3, [300 + n * 10, 309 + n * 10])
    const next = summaryOf(await keep.plan(table.id, 'compaction'))
    expect(next.estimate).toMatchObject({ basis: 'table', runs: 1 })
    expect(next.compaction?.bytesAfter).toBeLessThan(next.compaction?.bytes ?? 0)
    const other = await tableOf([7])
    expect(summaryOf(await keep.plan(other.id, 'compaction')).estimate).toMatchObject({
      basis: 'all',
      runs: 1,
    })
  })

  it('counts the delete files that nothing will need any more, and drops just those', async () => {
    const table = await tableOf([1])
    await table.append(2, [200, 209])
    // About the files that are merged, about nothing at all, and about a file that stays.
    await table.deleteByEquality(1, [101])
    await table.deleteByEquality(9, [5])
    await table.deleteByEquality(2, [201])
    const digest = await currentDigest(table)
    const plan = await keep.plan(table.id, 'compaction')
    expect(summaryOf(plan)).toMatchObject({
      byKind: { data: { files: 3 }, delete: { files: 2 } },
      compaction: { deletesApplied: 1, deletesRemoved: 2, commits: 2 },
    })
    const run = await keep.apply(plan)
    expect(run).toMatchObject({
      state: 'succeeded',
      details: { groups: 1, droppedDeleteFiles: 2 },
      canary: {
        state: 'equal',
        before: { rows: '29', deleteFiles: 1 },
        after: { rows: '29', snapshotId: String((await table.load()).metadata.currentSnapshotId) },
      },
    })
    expect(await currentDigest(table)).toBe(digest)
  })

  it('says that there is nothing to do, and why', async () => {
    const table = await tableOf([])
    await table.append(1, [1, 5])
    const plan = await keep.plan(table.id, 'compaction')
    expect(plan.state).toBe('nothing-to-do')
    expect(summaryOf(plan).reason).toMatch(/No partition has two files/)
  })

  it('is not made for a table with columns that the engine does not write, nor applied once it has one', async () => {
    const table = await tableOf([1])
    const plan = await keep.plan(table.id, 'compaction')
    await commitChange(lake.catalog, table.identifier, upgradeFormatVersion(3))
    const column: SchemaChange = { change: 'add-column', name: 'payload', type: 'variant', required: false }
    await commitChange(lake.catalog, table.identifier, updateSchema([column]))
    expect(await keep.apply(plan)).toMatchObject({
      state: 'failed',
      problem: { code: 'conflict', message: expect.stringContaining('payload (variant)') },
    })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
    const another = await keep.plan(table.id, 'compaction')
    expect(another.state).toBe('nothing-to-do')
    expect(summaryOf(another).reason).toContain('payload (variant)')
  })

  it.each<[string, (table: VisitsTable) => Promise<unknown>, RegExp]>([
    [
      'a file of it is gone',
      (table) => table.delete(eq('id', 105), 'copy-on-write'),
      /1 of its files are gone/,
    ],
    ['deletes arrived for a file of it', (table) => table.delete(eq('id', 105)), /other deletes apply/],
  ])('leaves out a group when %s, and is refused when there is no other', async (_name, change, why) => {
    const both = await tableOf([1, 2])
    const planOfBoth = await keep.plan(both.id, 'compaction')
    await change(both)
    const digestOfBoth = await currentDigest(both)
    expect(await keep.apply(planOfBoth)).toMatchObject({
      state: 'succeeded',
      details: { groups: 1, groupsLeftOut: 1 },
    })
    expect(await currentDigest(both)).toBe(digestOfBoth)
    expect(
      await lake.db.runEvent.count({
        where: { message: { contains: '1 of 2 groups are no longer as they were planned' } },
      }),
    ).toBeGreaterThan(0)

    const table = await tableOf([1])
    const plan = await keep.plan(table.id, 'compaction')
    await change(table)
    const [files, digest] = [await filesOf(table), await currentDigest(table)]
    const run = await keep.apply(plan)
    expect(run).toMatchObject({
      state: 'failed',
      problem: { code: 'conflict', message: expect.stringMatching(why) },
    })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
    expect(await filesOf(table)).toEqual(files)
    expect(await currentDigest(table)).toBe(digest)
    await expect(keep.request(plan)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is not applied beside another compaction, nor under another hash', async () => {
    const table = await tableOf([1])
    const plan = await keep.plan(table.id, 'compaction')
    await expect(keep.request({ id: plan.id, hash: 'another' })).rejects.toMatchObject({ code: 'conflict' })
    const request = { tableId: table.id, tableName: 't', trigger: 'commit' as const, requestedBy: 'firn' }
    const { runId } = await requestCompaction(lake.db, request, async () => randomUUID())
    await expect(keep.request(plan)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(runId),
    })
    expect((await keep.planOf(plan.id)).state).toBe('draft')
    await lake.db.run.update({ where: { id: runId }, data: { state: 'skipped' } })
    const own = await keep.request(plan)
    expect(await requestCompaction(lake.db, request, async () => randomUUID())).toEqual({
      runId: own,
      started: false,
    })
    await keep.work(own, plan.id)
    expect((await keep.runOf(own)).state).toBe('succeeded')
  })

  it('goes on after a kill between its commit and its end', async () => {
    const table = await tableOf([1, 2])
    const digest = await currentDigest(table)
    const plan = await keep.plan(table.id, 'compaction')
    const runId = await keep.request(plan)
    await keep.work(runId, plan.id)
    const files = await filesOf(table)
    // As it was after the commit: nobody had noted it.
    await lake.db.maintenancePlan.update({
      where: { id: plan.id },
      data: { state: 'applying', appliedAt: null },
    })
    await lake.db.run.update({ where: { id: runId }, data: { state: 'running', finishedAt: null } })
    await keep.work(runId, plan.id)
    expect(await keep.runOf(runId)).toMatchObject({ state: 'succeeded' })
    expect((await keep.planOf(plan.id)).state).toBe('applied')
    expect(await filesOf(table)).toEqual(files)
    expect(await currentDigest(table)).toBe(digest)
  })

  it('can be applied again after it failed without having changed anything', async () => {
    const table = await tableOf([1])
    const plan = await keep.plan(table.id, 'compaction')
    const broken: Engine = {
      ...lake.engine,
      run: async () => {
        throw new Error('The disk is full.')
      },
    }
    expect(await keep.apply(plan, { engine: broken })).toMatchObject({ state: 'failed' })
    expect((await keep.planOf(plan.id)).state).toBe('draft')
    expect(await keep.apply(plan)).toMatchObject({ state: 'succeeded', after: { files: 1 } })
  })
})

it('every action’s plan says how long it will take', async () => {
  const table = await tableOf([1, 2])
  for (const action of ['rewrite-manifests', 'expire-snapshots'] as const) {
    const plan = await keep.plan(table.id, action, { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 })
    expect(summaryOf(plan).estimate).toMatchObject({ basis: 'default', ms: expect.any(Number) })
    expect((await keep.apply(plan)).state).toBe('succeeded')
  }
  await table.append(1, [900, 909])
  const again = await keep.plan(table.id, 'expire-snapshots', { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 })
  expect(summaryOf(again).estimate).toMatchObject({ basis: 'table', runs: 1 })
})
