import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { finishRun } from '#lib/runs/finish-run.ts'
import { type Call, callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../../../e2e/harness/rest-workspace.ts'
import * as grants from '../../../../../grants/route.ts'
import * as backup from './route.ts'

let test: RestWorkspace
let catalog: BuiltInCatalog
let cookie: string
const identifier = { namespace: ['lab'], name: 'visits' }
const params = { catalog: 'firn', namespace: 'lab', table: 'visits' }
const call = (body: unknown, rest: Call = {}) => callRoute(backup.POST, { cookie, params, body, ...rest })

beforeAll(async () => {
  test = await createRestWorkspace()
  ;({ cookie } = await signInAs('engineer'))
  catalog = await openCatalog()
  await catalog.createNamespace(['lab'])
  await catalog.createTable(identifier, visitsRequest)
  await commitWithRetry(
    catalog,
    identifier,
    appendFiles({ files: [visitsFile({ day: 1, ids: [1n, 2n], path: 'a' })] }),
  )
})
afterAll(() => test.close())

describe('asking for a backup', () => {
  it('queues a run of what the table is now, one at a time, and audits it', async () => {
    const asked = await call({})
    expect(asked).toMatchObject({ status: 202, body: { started: true } })
    const { runId, name } = asked.body as { runId: string; name: string }
    expect(name).toMatch(/^visits_backup_20\d{12}$/)
    const { metadata } = await catalog.loadTable(identifier)
    const run = await test.db.run.findUniqueOrThrow({ where: { id: runId } })
    expect(run).toMatchObject({
      kind: 'backup',
      state: 'queued',
      title: 'lab.visits',
      details: { namespace: ['lab'], name, snapshotId: String(metadata.currentSnapshotId) },
    })
    expect(await call({ name: 'other' })).toMatchObject({
      status: 202,
      body: { runId, name, started: false },
    })
    const audit = await test.db.auditEvent.findFirst({ where: { action: 'table.back-up' } })
    expect(audit).toMatchObject({ details: { runId, name, started: true } })
    await finishRun(test.db, runId)
    expect(await call({ name: 'kept' })).toMatchObject({ body: { name: 'kept', started: true } })
  })

  it('refuses a name that is taken or can be none before anything is queued', async () => {
    const runs = await test.db.run.count()
    expect(await call({ name: 'visits' })).toMatchObject({ status: 409 })
    expect(await call({ name: '../up' })).toMatchObject({ status: 400 })
    const nowhere = { params: { ...params, table: 'nope' } }
    expect(await call({}, nowhere)).toMatchObject({ status: 404 })
    expect(await test.db.run.count()).toBe(runs)
  })

  it('is for engineers who may make tables in the namespace', async () => {
    const { cookie: viewer } = await signInAs('viewer')
    expect(await call({}, { cookie: viewer })).toMatchObject({ status: 403 })
    const { cookie: admin } = await signInAs('admin')
    const { userId, cookie: reader } = await signInAs('engineer', 'reader@example.test')
    const body = { subject: { type: 'user', id: userId }, namespace: 'lab', privilege: 'read' }
    const granted = await callRoute(grants.POST, { cookie: admin, params: { catalog: 'firn' }, body })
    expect(granted.status).toBe(201)
    expect(await call({}, { cookie: reader })).toMatchObject({ status: 403 })
    expect(await call({})).toMatchObject({ status: 404 })
  })
})
