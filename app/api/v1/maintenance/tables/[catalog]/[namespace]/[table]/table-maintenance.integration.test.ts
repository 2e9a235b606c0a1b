import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getTableHealth, getWhy, listHealthHistory } from '#lib/api/maintenance-health.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { evaluateTable } from '#lib/maintenance/evaluate-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { callRoute, signInAs } from '../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../e2e/harness/rest-workspace.ts'
import * as health from './health/route.ts'
import * as history from './health-history/route.ts'
import * as why from './why/route.ts'

let test: RestWorkspace
const viewer = { cookie: '' }
const params = { catalog: 'firn', namespace: 'shop', table: 'visits' }

beforeAll(async () => {
  test = await createRestWorkspace()
  Object.assign(viewer, await signInAs('viewer'))
  const catalog = await openCatalog()
  await catalog.createNamespace(['shop'])
  await catalog.createTable({ namespace: ['shop'], name: 'visits' }, visitsRequest)
})
afterAll(() => test.close())

const rowOf = () => test.db.icebergTable.findFirstOrThrow({ where: { name: 'visits' } })

describe('the maintenance of a table', () => {
  it('explains with the very conditions that decided, and keeps what was decided', async () => {
    const { id } = await rowOf()
    const { stored } = await evaluateTable({ db: test.db, catalog: await openCatalog() }, id)
    const answer = getWhy.response.parse((await callRoute(why.GET, { ...viewer, params })).body)
    expect(answer.actions.map(({ action }) => action)).toEqual(stored.map(({ action }) => action))
    for (const [index, { due, conditions, last }] of answer.actions.entries()) {
      const failed = conditions.filter(({ passed }) => !passed).map(({ name }) => name)
      expect({ due, failed }).toEqual({ due: stored[index]?.due, failed: stored[index]?.failed })
      expect(last).toMatchObject({ due, failed })
    }
    expect(answer.actions[0]?.conditions).toContainEqual(
      expect.objectContaining({ name: 'small-files', current: 0, threshold: 5, origin: { kind: 'default' } }),
    )
    expect(Date.parse(answer.nextLookAt ?? '')).toBeGreaterThan(Date.now())
  })

  it('answers health and its history', async () => {
    const now = getTableHealth.response.parse((await callRoute(health.GET, { ...viewer, params })).body)
    expect(now).toMatchObject({ health: { score: 100, files: 0 }, partitions: [] })
    const past = listHealthHistory.response.parse((await callRoute(history.GET, { ...viewer, params })).body)
    expect(past.items).toMatchObject([{ score: 100, files: 0, parts: { smallFiles: 0 } }])
  })

  it('is looked at again after a commit of another engine', async () => {
    const { id } = await rowOf()
    const later = new Date(Date.now() + 3_600_000)
    await test.db.icebergTable.update({ where: { id }, data: { evaluateAfter: later } })
    const body = {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { 'gc.enabled': 'false' } }],
    }
    const answer = await test.call('POST', '/v1/firn/namespaces/shop/tables/visits', { body })
    expect(answer.status).toBe(200)
    expect((await rowOf()).evaluateAfter?.getTime()).toBeLessThanOrEqual(Date.now())
    await expect
      .poll(
        () =>
          test.db
            .$queryRaw`SELECT 1 FROM pgboss.job WHERE name = 'table.evaluate' AND data->>'tableId' = ${id}`,
      )
      .toHaveLength(1)
  })
})
