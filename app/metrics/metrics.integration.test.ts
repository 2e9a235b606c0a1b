import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callRoute, signInAs } from '../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import * as metrics from './route.ts'

let test: TestDatabase
const cookies = { viewer: '', admin: '' }

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  cookies.viewer = (await signInAs('viewer')).cookie
  cookies.admin = (await signInAs('admin')).cookie
  const { db } = test
  const catalog = await db.catalog.create({ data: { name: 'ice', warehouse: 'file:///w' } })
  const namespace = await db.namespace.create({ data: { catalogId: catalog.id, levels: ['shop'] } })
  const table = (name: string) =>
    db.icebergTable.create({
      data: {
        namespaceId: namespace.id,
        name,
        tableUuid: randomUUID(),
        location: `file:///w/${name}`,
        metadataLocation: `file:///w/${name}/m.json`,
        formatVersion: 2,
        records: 10n,
        dataFiles: 3n,
        bytes: 9_007_199_254_740_993n,
        health: { score: 71.5, smallFiles: 2 },
      },
    })
  await table('open')
  const closed = await table('closed')
  await db.catalogGrant.create({
    data: {
      catalogId: catalog.id,
      securableId: closed.id,
      tableId: closed.id,
      subjectType: 'user',
      subjectId: randomUUID(),
      privilege: 'read',
      createdBy: 'test',
    },
  })
  const run = { kind: 'compaction', title: 't', trigger: 'commit', requestedBy: 'firn' }
  for (const state of ['failed', 'succeeded', 'succeeded']) await db.run.create({ data: { ...run, state } })
  await db.workerProcess.create({ data: { kind: 'ingest', host: 'h', pid: 1, version: '1', state: 'ready' } })
})
afterAll(() => test?.drop())

const scrape = async (cookie: string): Promise<string> => {
  const answer = await callRoute(metrics.GET, { cookie })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  return String(answer.body)
}

it('shows workers, runs and tables in Prometheus’ format', async () => {
  const text = await scrape(cookies.admin)
  for (const line of [
    '# TYPE firn_workers gauge',
    'firn_workers{kind="ingest",state="ready"} 1',
    'firn_runs{kind="compaction",state="failed"} 1',
    'firn_runs{kind="compaction",state="succeeded"} 2',
    'firn_table_data_files{catalog="ice",table="shop.open"} 3',
    'firn_table_health_score{catalog="ice",table="shop.open"} 71.5',
    'firn_table_records{catalog="ice",table="shop.closed"} 10',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})

it('needs a sign-in, and leaves out tables that grants close', async () => {
  expect((await callRoute(metrics.GET)).status).toBe(401)
  const text = await scrape(cookies.viewer)
  expect(text).toContain('table="shop.open"')
  expect(text).not.toContain('shop.closed')
})
