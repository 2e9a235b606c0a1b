import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import {
  getQuarantineSummary,
  listPlanGroups,
  listPlanItems,
  listPlans,
  listQuarantine,
  PlanSchema,
} from '#lib/api/maintenance.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { upkeep } from '#lib/maintenance/test-support/upkeep.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { type Answer, callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as runs from '../runs/[id]/route.ts'
import * as apply from './plans/[id]/apply/route.ts'
import * as approve from './plans/[id]/approve/route.ts'
import * as groups from './plans/[id]/groups/route.ts'
import * as items from './plans/[id]/items/route.ts'
import * as refuse from './plans/[id]/refuse/route.ts'
import * as plan from './plans/[id]/route.ts'
import * as plans from './plans/route.ts'
import * as purge from './quarantine/purge/route.ts'
import * as restore from './quarantine/restore/route.ts'
import * as quarantine from './quarantine/route.ts'
import * as summary from './quarantine/summary/route.ts'

const names = { catalog: 'firn', namespace: 'test', table: 'visits' }
const identifier = { namespace: ['test'], name: 'visits' }

let test: TestDatabase
let catalog: BuiltInCatalog
let keep: ReturnType<typeof upkeep>
const [ann, ben, viewer] = [{ cookie: '' }, { cookie: '' }, { cookie: '' }]

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  Object.assign(ann, await signInAs('engineer', 'ann@example.test'))
  Object.assign(ben, await signInAs('engineer', 'ben@example.test'))
  Object.assign(viewer, await signInAs('viewer'))
  catalog = await openDefaultCatalog(test.db, fileIO())
  keep = upkeep({ db: test.db, io: fileIO(), catalog })
  await catalog.createNamespace(['test'])
  await catalog.createTable(identifier, {
    ...visitsRequest,
    properties: { 'firn.maintenance.requires-approval': 'true' },
  })
  await commits(3)
})
afterAll(() => test.drop())

async function commits(count: number) {
  const { metadata } = await catalog.loadTable(identifier)
  for (let at = 0; at < count; at++) {
    const path = `${metadata.location}/data/${crypto.randomUUID()}.parquet`
    await fileIO().write(path, Buffer.from('rows'))
    const file = visitsFile({ day: 1, ids: [1n, 2n], path })
    await commitWithRetry(catalog, identifier, appendFiles({ files: [file] }))
  }
}

function parse<S extends z.ZodType>(schema: S, answer: Answer, status = 200): z.output<S> {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  return schema.parse(answer.body)
}

const create = async (who: { cookie: string }, body: object = {}) =>
  callRoute(plans.POST, {
    ...who,
    body: {
      ...names,
      action: 'expire-snapshots',
      options: { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 },
      ...body,
    },
  })
const read = async (id: string) => parse(PlanSchema, await callRoute(plan.GET, { ...viewer, params: { id } }))

async function made(who: { cookie: string }) {
  const answer = await create(who)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  const { planId } = answer.body as { planId: string }
  expect((await read(planId)).state).toBe('planning')
  await keep.make(planId)
  return read(planId)
}

describe('maintenance by its API', () => {
  it('plans, has it approved by another person, applies, shows and restores', async () => {
    const found = await made(ann)
    expect(found).toMatchObject({ state: 'awaiting-approval', table: { name: 'visits' } })
    expect(found.summary).toMatchObject({ snapshotsRemoved: 2, snapshotsKept: 1 })
    const params = { id: found.id }
    const listed = parse(
      listPlanItems.response,
      await callRoute(items.GET, { ...viewer, params, query: { limit: '1' } }),
    )
    expect(listed.items).toHaveLength(1)
    expect(listed.nextCursor).not.toBeNull()
    const body = { hash: found.hash }
    const status = async (who: { cookie: string }, route: typeof apply.POST, sent: object = body) =>
      (await callRoute(route, { ...who, params, body: sent })).status
    expect(await status(viewer, approve.POST)).toBe(403)
    expect(await status(ann, approve.POST)).toBe(403)
    expect(await status(ann, apply.POST)).toBe(409)
    expect(await status(ben, approve.POST, { hash: 'another' })).toBe(409)
    expect(await status(ben, approve.POST)).toBe(200)
    expect((await read(found.id)).decidedBy).toBe('A engineer')
    const queued = await callRoute(apply.POST, { ...ann, params, body })
    expect(queued.status).toBe(202)
    const { runId } = queued.body as { runId: string }
    expect(await status(ann, apply.POST)).toBe(409)
    await keep.work(runId, found.id)
    expect(await read(found.id)).toMatchObject({ state: 'applied', runId })

    const held = parse(
      listQuarantine.response,
      await callRoute(quarantine.GET, { ...viewer, query: { state: 'quarantined', run: runId } }),
    )
    expect(held.total).toBe(found.summary.files)
    expect(held.items[0]).toMatchObject({ table: { name: 'visits' }, runId })
    const all = parse(getQuarantineSummary.response, await callRoute(summary.GET, viewer))
    expect(all.runs).toMatchObject([{ runId, snapshots: 2, files: found.summary.files }])
    expect(await status(viewer, restore.POST, { runId })).toBe(403)
    const restored = await callRoute(restore.POST, { ...ann, body: { runId } })
    expect(restored.body).toMatchObject({ files: found.summary.files, snapshots: 2 })
    expect((await catalog.loadTable(identifier)).metadata.snapshots).toHaveLength(3)
    expect(await read(found.id)).toMatchObject({ state: 'undone' })
    const audited = await test.db.auditEvent.findMany({ orderBy: { at: 'asc' } })
    expect(audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['plan.create', 'plan.approve', 'plan.apply', 'quarantine.restore']),
    )
  })

  it('refuses plans, and purges only what is confirmed', async () => {
    const first = await made(ann)
    const params = { id: first.id }
    const refused = await callRoute(refuse.POST, { ...ben, params, body: { hash: first.hash } })
    expect(refused.body).toMatchObject({ state: 'refused' })
    expect((await callRoute(apply.POST, { ...ann, params, body: { hash: first.hash } })).status).toBe(409)
    const unconfirmed = await callRoute(purge.POST, { ...ann, body: { runId: first.id } })
    expect(unconfirmed.status).toBe(400)
    const confirmed = await callRoute(purge.POST, { ...ann, body: { runId: first.id, confirm: true } })
    expect(confirmed.body).toMatchObject({ started: true })
    const again = await callRoute(purge.POST, { ...ann, body: { runId: first.id, confirm: true } })
    expect(again.body).toMatchObject({ started: false })
  })

  it('plans a compaction by its groups, which only engineers ask for', async () => {
    const compaction = { action: 'compaction', options: {} }
    expect((await create(viewer, compaction)).status).toBe(403)
    const answer = await create(ann, compaction)
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
    const { planId } = answer.body as { planId: string }
    await keep.make(planId)
    const found = await read(planId)
    expect(found).toMatchObject({ state: 'draft', run: null, summary: { compaction: { groups: 1 } } })
    const params = { id: planId }
    const shown = parse(listPlanGroups.response, await callRoute(groups.GET, { ...viewer, params }))
    expect(shown.items).toMatchObject([{ name: 'day=1970-01-02', files: found.summary.compaction?.files }])
    const expiry = await made(ann)
    const none = await callRoute(groups.GET, { ...viewer, params: { id: expiry.id } })
    expect(parse(listPlanGroups.response, none).items).toEqual([])
    // The files are none: the run fails, and still says what it cost.
    const queued = await callRoute(apply.POST, { ...ann, params, body: { hash: found.hash } })
    const { runId } = queued.body as { runId: string }
    await keep.work(runId, planId)
    const run = await callRoute(runs.GET, { ...viewer, params: { id: runId } })
    expect(run.body).toMatchObject({ state: 'failed', cpu: { workerMs: expect.any(Number) }, canary: null })
  })

  it('does not go under a day for orphans unless told so', async () => {
    const young = { action: 'remove-orphan-files', options: { minAgeMs: 3_600_000 } }
    expect((await create(ann, young)).status).toBe(400)
    const override = { ...young, options: { ...young.options, override: true } }
    expect((await create(ann, override)).status).toBe(202)
    expect((await create(viewer)).status).toBe(403)
    expect((await create(ann, { table: 'none' })).status).toBe(404)
  })

  it('hides tables that grants close', async () => {
    const found = await made(ann)
    const { id: tableId } = await catalog.loadTable(identifier)
    const { id: catalogId } = await test.db.catalog.findUniqueOrThrow({ where: { name: 'firn' } })
    const user = await test.db.user.findUniqueOrThrow({ where: { email: 'ben@example.test' } })
    await test.db.catalogGrant.create({
      data: {
        catalogId,
        securableId: tableId,
        tableId,
        subjectType: 'user',
        subjectId: user.id,
        privilege: 'read',
        createdBy: 'test',
      },
    })
    const status = async (who: { cookie: string }) =>
      (await callRoute(plan.GET, { ...who, params: { id: found.id } })).status
    expect([await status(ann), await status(ben)]).toEqual([404, 200])
    const list = async (who: { cookie: string }) =>
      parse(listPlans.response, await callRoute(plans.GET, who)).items.length
    expect(await list(ann)).toBe(0)
    expect(await list(ben)).toBeGreaterThan(0)
    const files = parse(listQuarantine.response, await callRoute(quarantine.GET, ann))
    expect(files.total).toBe(0)
    const readOnly = await callRoute(refuse.POST, {
      ...ben,
      params: { id: found.id },
      body: { hash: found.hash },
    })
    expect(readOnly.status).toBe(403)
    await test.db.catalogGrant.deleteMany()
  })
})
