import { afterAll, beforeAll, expect, it } from 'vitest'
import { visits, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'
import { openCatalog } from './open-catalog.ts'

let test: RestWorkspace
let viewer: { id: string; secret: string }

beforeAll(async () => {
  test = await createRestWorkspace()
  viewer = await test.newToken('viewer')
  const catalog = await openCatalog()
  await catalog.createNamespace(visits.namespace)
  await catalog.createTable(visits, visitsRequest)
})
afterAll(() => test.close())

const scan = {
  'report-type': 'scan-report',
  'table-name': 'test.visits',
  'snapshot-id': 1,
  filter: { type: 'eq', term: 'page', value: 'home' },
  'schema-id': 0,
  'projected-field-ids': [1, 2],
  'projected-field-names': ['id', 'page'],
  metrics: {
    'total-planning-duration': { count: 1, 'time-unit': 'nanoseconds', 'total-duration': 2644235116 },
    'result-data-files': { unit: 'count', value: 1 },
  },
  metadata: { 'engine-name': 'spark' },
}
const commit = {
  'report-type': 'commit-report',
  'table-name': 'test.visits',
  'snapshot-id': 2,
  'sequence-number': 1,
  operation: 'append',
  metrics: { attempts: { unit: 'count', value: 1 } },
}
const send = (body: unknown, table = 'visits') =>
  test.call('POST', `/v1/firn/namespaces/test/tables/${table}/metrics`, { token: viewer.secret, body })

it('takes reports of scans and commits, with 64-bit ids', async () => {
  expect(await send(scan)).toMatchObject({ status: 204, body: undefined })
  const text = JSON.stringify(commit).replace('"snapshot-id":2', '"snapshot-id":9007199254740993')
  const answer = await test.call('POST', '/v1/firn/namespaces/test/tables/visits/metrics', {
    token: viewer.secret,
    body: text,
  })
  expect(answer.status).toBe(204)
  const rows = await test.db.metricsReport.findMany({ orderBy: { at: 'asc' } })
  expect(rows).toMatchObject([
    { kind: 'scan', snapshotId: 1n, actorId: viewer.id, actorName: 'a viewer', report: scan },
    {
      kind: 'commit',
      snapshotId: 9007199254740993n,
      report: { ...commit, 'snapshot-id': '9007199254740993' },
    },
  ])
  expect(await test.db.auditEvent.count()).toBe(0)
})

it('refuses what is no report, a table that is not there, and a report that is too large', async () => {
  for (const body of [
    {},
    { ...scan, 'report-type': 'other' },
    { ...scan, metrics: { x: 1 } },
    { ...commit, operation: 1 },
  ]) {
    expect(await send(body)).toMatchObject({ status: 400, body: { error: { type: 'BadRequestException' } } })
  }
  expect(await send(scan, 'none')).toMatchObject({ status: 404 })
  expect(await send({ ...scan, metadata: { x: 'x'.repeat(300_000) } })).toMatchObject({ status: 413 })
})

it('keeps the newest of a table, and none of a table that is gone', async () => {
  const { id: tableId } = await test.db.icebergTable.findFirstOrThrow()
  await test.db.metricsReport.deleteMany()
  await test.db.metricsReport.createMany({
    data: Array.from({ length: 120 }, (_, index) => ({
      tableId,
      kind: 'scan',
      snapshotId: BigInt(index),
      report: {},
      actorId: 'x',
      actorName: 'x',
      at: new Date(1_000_000 + index),
    })),
  })
  await send({ ...scan, 'snapshot-id': 1000 })
  const kept = await test.db.metricsReport.findMany({ orderBy: { at: 'asc' }, select: { snapshotId: true } })
  expect(kept).toHaveLength(100)
  expect(kept[0]?.snapshotId).toBe(21n)
  expect(kept.at(-1)?.snapshotId).toBe(1000n)
  await test.db.icebergTable.delete({ where: { id: tableId } })
  expect(await test.db.metricsReport.count()).toBe(0)
})
