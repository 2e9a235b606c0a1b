import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ComparisonSchema, listComparedFiles } from '#lib/api/compare.ts'
import type { ReferenceItem, RollbackPlan } from '#lib/api/snapshots.ts'
import type { RouteHandler } from '#lib/http/route.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { CommitTarget, TableAction } from '#lib/iceberg/commit/table-action.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { closeSenderQueue } from '#lib/jobs/queue.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { type Call, callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../../../e2e/harness/rest-workspace.ts'
import * as connections from '../../../../../../../catalog-connections/route.ts'
import * as grants from '../../../../../grants/route.ts'
import * as comparedFiles from '../compare/files/route.ts'
import * as compare from '../compare/route.ts'
import * as forward from '../refs/[reference]/fast-forward/route.ts'
import * as reference from '../refs/[reference]/route.ts'
import * as refs from '../refs/route.ts'
import * as pick from './[snapshot]/cherry-pick/route.ts'
import * as rollback from './[snapshot]/rollback/route.ts'
import * as setCurrent from './[snapshot]/set-current/route.ts'

let test: RestWorkspace
let catalog: BuiltInCatalog
let cookie: string
let userId: string
let adminCookie: string
/** Every test has a table of its own: its snapshots a, b, c on main. */
let table = 0
let ids: string[]

const identifier = () => ({ namespace: ['lab'], name: `t${table}` })
const params = (more: Record<string, string> = {}, of = 'firn') => ({
  catalog: of,
  namespace: 'lab',
  table: `t${table}`,
  ...more,
})
const call = (handler: RouteHandler, more: Record<string, string> = {}, rest: Call = {}) =>
  callRoute(handler, { cookie, params: params(more), ...rest })
const commit = async (action: TableAction, target?: CommitTarget) =>
  (await commitWithRetry(catalog, identifier(), action, target ? { target } : {})).snapshot
const file = (path: string, day = 1) => visitsFile({ day, ids: [1n, 10n], path })
const append = async (path: string, target?: CommitTarget) =>
  (await commit(appendFiles({ files: [file(path)] }), target)).snapshotId.toString()
const metadata = async () => (await catalog.loadTable(identifier())).metadata
const current = async () => (await metadata()).currentSnapshotId?.toString()
const listed = async () => ((await call(refs.GET)).body as { items: ReferenceItem[] }).items

beforeAll(async () => {
  test = await createRestWorkspace()
  ;({ cookie, userId } = await signInAs('engineer'))
  ;({ cookie: adminCookie } = await signInAs('admin'))
  catalog = await openCatalog()
  await catalog.createNamespace(['lab'])
})
afterAll(async () => {
  await closeSenderQueue()
  await test.close()
})
beforeEach(async () => {
  table += 1
  await catalog.createTable(identifier(), visitsRequest)
  ids = []
  for (const path of ['a', 'b', 'c']) ids.push(await append(path))
})
const id = (index: number): string => ids[index] ?? ''

describe('rolling back', () => {
  it('first says in numbers what will disappear, then does it, and can be undone', async () => {
    await call(
      refs.POST,
      {},
      { body: { name: 'keep', type: 'tag', snapshotId: id(1), expectedSnapshotId: null } },
    )
    const plan = (await call(rollback.GET, { snapshot: id(0) })).body as RollbackPlan
    expect(plan).toMatchObject({
      kind: 'rollback',
      currentSnapshotId: id(2),
      snapshots: 2,
      kept: 1,
      removed: { dataFiles: 2, deleteFiles: 0, records: 20, bytes: 2000 },
      added: { dataFiles: 0, records: 0 },
      recordsBefore: 30,
      recordsAfter: 10,
    })
    const times = (await metadata()).snapshots.map(({ timestampMs }) => new Date(timestampMs).toISOString())
    expect([plan.oldestAt, plan.newestAt]).toEqual([times[1], times[2]])

    const body = { expectedSnapshotId: plan.currentSnapshotId }
    const done = await call(rollback.POST, { snapshot: id(0) }, { body })
    expect(done).toMatchObject({ status: 200, body: { previousSnapshotId: id(2), snapshotId: id(0) } })
    expect(await current()).toBe(id(0))
    // Health follows, as after a commit.
    const jobs = await test.db.$queryRaw<
      { data: unknown }[]
    >`SELECT data FROM pgboss.job WHERE name = 'table.evaluate'`
    expect(jobs.map(({ data }) => data)).toContainEqual(expect.objectContaining({ trigger: 'commit' }))
    const audit = await test.db.auditEvent.findFirst({ where: { action: 'table.rollback' } })
    expect(audit).toMatchObject({ details: { previousSnapshotId: id(2), snapshotId: id(0) } })

    // What was rolled back is no ancestor any more: it is set, not rolled back to.
    expect((await call(rollback.GET, { snapshot: id(2) })).body).toMatchObject({
      kind: 'set-current',
      snapshots: 0,
      added: { dataFiles: 2, records: 20 },
    })
    const back = { body: { expectedSnapshotId: id(0) } }
    expect(await call(rollback.POST, { snapshot: id(2) }, back)).toMatchObject({ status: 400 })
    expect(await call(setCurrent.POST, { snapshot: id(2) }, back)).toMatchObject({ status: 200 })
    expect(await current()).toBe(id(2))
    expect((await call(rollback.GET, { snapshot: id(2) })).body).toMatchObject({ kind: 'current' })
  })

  it('counts files that a compaction merged as both going and coming back', async () => {
    await commit(
      rewriteDataFiles({
        remove: [file('a'), file('b')],
        add: [visitsFile({ day: 1, ids: [1n, 20n], path: 'ab' })],
        startingSnapshotId: BigInt(id(2)),
      }),
    )
    expect((await call(rollback.GET, { snapshot: id(2) })).body).toMatchObject({
      snapshots: 1,
      removed: { dataFiles: 1, records: 20 },
      added: { dataFiles: 2, records: 20 },
      recordsBefore: 30,
      recordsAfter: 30,
    })
  })

  it('is refused once the table has moved, and for what is not there', async () => {
    const stale = { body: { expectedSnapshotId: id(2) } }
    await append('d')
    for (const handler of [rollback.POST, setCurrent.POST]) {
      const answer = await call(handler, { snapshot: id(0) }, stale)
      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
    }
    expect(await call(rollback.GET, { snapshot: '77' })).toMatchObject({ status: 404 })
    expect(await call(rollback.GET, { snapshot: 'main' })).toMatchObject({ status: 400 })
    const fresh = { body: { expectedSnapshotId: (await current()) ?? null } }
    expect(await call(rollback.POST, { snapshot: '77' }, fresh)).toMatchObject({ status: 404 })
    expect(await call(rollback.POST, { snapshot: id(0) }, { body: {} })).toMatchObject({ status: 400 })
  })
})

describe('branches and tags', () => {
  it('are made with retention, listed, kept longer and dropped, each with an audit row', async () => {
    const made = await call(
      refs.POST,
      {},
      {
        body: {
          name: 'audit/2025',
          type: 'branch',
          snapshotId: id(0),
          expectedSnapshotId: null,
          minSnapshotsToKeep: 3,
        },
      },
    )
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'audit/2025', ahead: 0, behind: 2, records: 10 },
    })
    await call(
      refs.POST,
      {},
      {
        body: {
          name: 'eod',
          type: 'tag',
          snapshotId: id(1),
          expectedSnapshotId: null,
          maxRefAgeMs: 86_400_000,
        },
      },
    )
    await append('x', { branch: 'audit/2025' })
    const [main, branch, tag] = await listed()
    expect(main).toMatchObject({ name: 'main', snapshotId: id(2), expiresAt: null })
    expect(branch).toMatchObject({ name: 'audit/2025', ahead: 1, behind: 2, minSnapshotsToKeep: 3 })
    expect(tag).toMatchObject({
      name: 'eod',
      type: 'tag',
      snapshotId: id(1),
      ahead: 0,
      behind: 1,
    })
    expect(Date.parse(tag?.expiresAt ?? '') - Date.parse(tag?.committedAt ?? '')).toBe(86_400_000)

    const forever = {
      maxRefAgeMs: null,
      minSnapshotsToKeep: null,
      maxSnapshotAgeMs: null,
      expectedSnapshotId: id(1),
    }
    const kept = await call(reference.PATCH, { reference: 'eod' }, { body: forever })
    expect(kept.body).toMatchObject({ name: 'eod', maxRefAgeMs: null, expiresAt: null })
    expect(
      await call(reference.PATCH, { reference: 'eod' }, { body: { ...forever, minSnapshotsToKeep: 2 } }),
    ).toMatchObject({ status: 400, body: { detail: expect.stringContaining('only branches') } })

    const drop = (name: string, expectedSnapshotId: string) =>
      call(reference.DELETE, { reference: name }, { query: { expectedSnapshotId } })
    expect(await drop('audit/2025', id(0))).toMatchObject({ status: 409 })
    expect(await drop('audit/2025', branch?.snapshotId ?? '')).toMatchObject({ status: 204 })
    expect(await drop('audit/2025', id(0))).toMatchObject({ status: 404 })
    expect(await drop('main', id(2))).toMatchObject({ status: 400 })
    expect((await listed()).map(({ name }) => name)).toEqual(['main', 'eod'])
    const subject = { subject: { contains: `/tables/t${table}/` } }
    const rows = await test.db.auditEvent.findMany({ where: subject, orderBy: { id: 'asc' } })
    expect(rows.map(({ action }) => action).sort()).toEqual([
      'table.create-reference',
      'table.create-reference',
      'table.drop-reference',
      'table.set-reference-retention',
    ])
  })

  it('are moved and kept longer only from where they were seen', async () => {
    const eod = { name: 'eod', type: 'tag' }
    const make = (body: object) => call(refs.POST, {}, { body: { ...eod, ...body } })
    await make({ snapshotId: id(0), expectedSnapshotId: null, maxRefAgeMs: 5_000 })
    expect(await make({ snapshotId: id(1), expectedSnapshotId: id(0), maxRefAgeMs: 1 })).toMatchObject({
      status: 400,
    })
    expect(await make({ snapshotId: id(1), expectedSnapshotId: id(0) })).toMatchObject({
      status: 201,
      body: { snapshotId: id(1), maxRefAgeMs: 5_000 },
    })
    const late = await make({ snapshotId: id(2), expectedSnapshotId: id(0) })
    expect(late.status).toBe(409)
    expect(JSON.stringify(late.body)).toContain(`it was at snapshot ${id(0)}, and is at ${id(1)} now`)
    const kept = { maxRefAgeMs: 9_000, minSnapshotsToKeep: null, maxSnapshotAgeMs: null }
    const keep = (expectedSnapshotId: string) =>
      call(reference.PATCH, { reference: 'eod' }, { body: { ...kept, expectedSnapshotId } })
    expect(await keep(id(0))).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect((await listed()).at(-1)).toMatchObject({ snapshotId: id(1), maxRefAgeMs: 5_000 })
    expect(await keep(id(1))).toMatchObject({ status: 200, body: { maxRefAgeMs: 9_000 } })
    const gone = { name: 'gone', snapshotId: id(0), expectedSnapshotId: id(0) }
    expect(await make(gone)).toMatchObject({ status: 409 })
    expect(await make({ ...gone, name: 'main', expectedSnapshotId: id(2) })).toMatchObject({ status: 400 })
    const branch = { type: 'branch', snapshotId: id(0), expectedSnapshotId: id(1) }
    expect(await make(branch)).toMatchObject({ status: 400 })
    expect(await make({ snapshotId: id(0) })).toMatchObject({ status: 400 })
  })

  it('are refused where a name is taken or a snapshot is not there', async () => {
    const body = { name: 'eod', type: 'tag', snapshotId: id(0), expectedSnapshotId: null }
    expect(await call(refs.POST, {}, { body })).toMatchObject({ status: 201 })
    expect(await call(refs.POST, {}, { body })).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    })
    expect(await call(refs.POST, {}, { body: { ...body, name: 'x', snapshotId: '77' } })).toMatchObject({
      status: 404,
    })
    expect(await call(refs.POST, {}, { body: { ...body, name: '' } })).toMatchObject({ status: 400 })
  })

  it('a branch is moved forward, and only forward', async () => {
    await call(
      refs.POST,
      {},
      { body: { name: 'audit', type: 'branch', snapshotId: id(2), expectedSnapshotId: null } },
    )
    const ahead = await append('x', { branch: 'audit' })
    const move = (name: string, to: string, expectedSnapshotId: string) =>
      call(forward.POST, { reference: name }, { body: { to, expectedSnapshotId } })
    expect(await move('main', 'audit', id(1))).toMatchObject({ status: 409 })
    expect(await move('main', 'audit', id(2))).toMatchObject({ status: 200, body: { snapshotId: ahead } })
    expect(await current()).toBe(ahead)
    const next = await append('d')
    await append('y', { branch: 'audit' })
    expect(await move('main', 'audit', next)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('cannot be moved forward') },
    })
    expect(await move('main', 'nowhere', next)).toMatchObject({ status: 404 })
  })
})

describe('cherry-picking', () => {
  it('publishes a staged snapshot once, onto main as it is', async () => {
    const staged = await append('staged', { wapId: 'night' })
    const newer = await append('d')
    const body = { expectedSnapshotId: newer }
    const picked = await call(pick.POST, { snapshot: staged }, { body })
    expect(picked, JSON.stringify(picked.body)).toMatchObject({ status: 200, body: { branch: 'main' } })
    const { snapshotId } = picked.body as { snapshotId: string }
    expect(await current()).toBe(snapshotId)
    expect((await metadata()).snapshots.at(-1)?.summary['published-wap-id']).toBe('night')
    const again = { body: { expectedSnapshotId: snapshotId } }
    expect(await call(pick.POST, { snapshot: staged }, again)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/published before|picked before/) },
    })
    expect(await call(pick.POST, { snapshot: id(0) }, again)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('already') },
    })
    expect(await call(pick.POST, { snapshot: staged }, { body })).toMatchObject({ status: 409 })
  })
})

describe('comparing', () => {
  const compared = async (from: string, to: string) => {
    const { status, body } = await call(compare.GET, {}, { query: { from, to } })
    expect(status, JSON.stringify(body)).toBe(200)
    return ComparisonSchema.parse(body)
  }
  const files = async (query: Record<string, string>) => {
    const { status, body } = await call(comparedFiles.GET, {}, { query })
    expect(status, JSON.stringify(body)).toBe(200)
    return listComparedFiles.response.parse(body)
  }

  it('tells files, rows, partitions and summary, whichever is the older', async () => {
    await commit(appendFiles({ files: [file('other-day', 2)] }))
    const change = await compared(id(0), 'ref:main')
    expect(change).toMatchObject({
      from: { snapshotId: id(0), records: 10, dataFiles: 1 },
      to: { records: 40, dataFiles: 4, operation: 'append' },
      relation: 'before',
      onlyFrom: 0,
      onlyTo: 3,
      added: { dataFiles: 3, deleteFiles: 0, records: 30, bytes: 3000 },
      removed: { dataFiles: 0, records: 0 },
      partitionsChanged: 2,
    })
    expect(change.partitions.map(({ partition, added }) => [partition.day, added.dataFiles])).toEqual([
      ['1970-01-02', 2],
      ['1970-01-03', 1],
    ])
    expect(change.summary).toContainEqual({ key: 'total-records', from: '10', to: '40' })
    expect(change.summary.map(({ key }) => key)).not.toContain('operation')
    expect(await compared('ref:main', id(0))).toMatchObject({
      relation: 'after',
      onlyFrom: 3,
      removed: { dataFiles: 3, records: 30 },
      added: { dataFiles: 0 },
    })
    expect(await compared(id(1), id(1))).toMatchObject({
      relation: 'same',
      partitionsChanged: 0,
      summary: [],
    })

    const range = { from: id(0), to: 'ref:main' }
    const page = await files({ ...range, limit: '2', sort: 'path' })
    expect(page).toMatchObject({ total: 3, items: [{ path: 'b', change: 'added' }, { path: 'c' }] })
    const next = await files({ ...range, limit: '2', sort: 'path', cursor: page.nextCursor ?? '' })
    expect(next.items.map(({ path }) => path)).toEqual(['other-day'])
    expect((await files({ ...range, filter: 'day:1970-01-03' })).items.map(({ path }) => path)).toEqual([
      'other-day',
    ])
    expect((await files({ ...range, filter: 'change:removed' })).total).toBe(0)
  })

  it('tells branches that have parted', async () => {
    await call(
      refs.POST,
      {},
      { body: { name: 'audit', type: 'branch', snapshotId: id(1), expectedSnapshotId: null } },
    )
    await append('x', { branch: 'audit' })
    expect(await compared('ref:main', 'ref:audit')).toMatchObject({
      relation: 'apart',
      onlyFrom: 1,
      onlyTo: 1,
      added: { dataFiles: 1 },
      removed: { dataFiles: 1 },
    })
  })

  it('says what is not there', async () => {
    const status = async (from: string, to: string) =>
      (await call(compare.GET, {}, { query: { from, to } })).status
    expect(await status('77', id(0))).toBe(404)
    expect(await status(id(0), 'ref:nowhere')).toBe(404)
    expect(await status(id(0), 'main')).toBe(400)
    const { cookie: viewer } = await signInAs('viewer', `compare${table}@example.test`)
    expect((await call(compare.GET, {}, { cookie: viewer, query: { from: id(0), to: id(1) } })).status).toBe(
      200,
    )
  })
})

describe('who may', () => {
  const attempts = () =>
    [
      [rollback.POST, { snapshot: id(0) }, { expectedSnapshotId: id(2) }],
      [setCurrent.POST, { snapshot: id(0) }, { expectedSnapshotId: id(2) }],
      [pick.POST, { snapshot: id(0) }, { expectedSnapshotId: id(2) }],
      [refs.POST, {}, { name: 'x', type: 'tag', snapshotId: id(0), expectedSnapshotId: null }],
      [forward.POST, { reference: 'main' }, { to: 'main', expectedSnapshotId: id(2) }],
    ] as const

  it('viewers look, engineers change, a grant to read does not suffice', async () => {
    const { cookie: viewer } = await signInAs('viewer', `viewer${table}@example.test`)
    for (const [handler, more, body] of attempts()) {
      expect(await call(handler, more, { cookie: viewer, body })).toMatchObject({ status: 403 })
    }
    expect(await call(rollback.GET, { snapshot: id(0) }, { cookie: viewer })).toMatchObject({ status: 200 })
    const grant = (privilege: string, to: string) =>
      callRoute(grants.POST, {
        cookie: adminCookie,
        params: { catalog: 'firn' },
        body: { subject: { type: 'user', id: to }, privilege, namespace: 'lab', table: `t${table}` },
      })
    await grant('read', userId)
    for (const [handler, more, body] of attempts().slice(0, 4)) {
      const answer = await call(handler, more, { body })
      if (handler === pick.POST) expect(answer.status).toBe(400)
      else expect(answer).toMatchObject({ status: 403 })
    }
    expect(await call(rollback.GET, { snapshot: id(0) }, { cookie: viewer })).toMatchObject({ status: 404 })
    expect(await call(refs.GET, {}, { cookie: viewer })).toMatchObject({ status: 404 })
    await grant('write', userId)
    const [handler, more, body] = attempts()[0]
    expect(await call(handler, more, { body })).toMatchObject({ status: 200 })
  })
})

describe("another server's catalog", () => {
  it('is changed in the same way, and shows the change at once', async () => {
    const added = await callRoute(connections.POST, {
      cookie: adminCookie,
      body: {
        name: 'other',
        uri: test.server.url,
        warehouse: 'firn',
        credential: { kind: 'bearer', token: test.tokens.engineer },
      },
    })
    expect(added.status, JSON.stringify(added.body)).toBe(201)
    const there = params({}, 'other')
    const list = async () =>
      ((await callRoute(refs.GET, { cookie, params: there })).body as { items: ReferenceItem[] }).items
    expect((await list()).map(({ name }) => name)).toEqual(['main'])
    const made = await callRoute(refs.POST, {
      cookie,
      params: there,
      body: { name: 'eod', type: 'tag', snapshotId: id(0), expectedSnapshotId: null },
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect((await list()).map(({ name }) => name)).toEqual(['main', 'eod'])
    const undone = await callRoute(rollback.POST, {
      cookie,
      params: { ...there, snapshot: id(0) },
      body: { expectedSnapshotId: id(2) },
    })
    expect(undone.status, JSON.stringify(undone.body)).toBe(200)
    expect(await current()).toBe(id(0))
  })
})
