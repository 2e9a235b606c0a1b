import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TablePreviewSchema } from '#lib/api/preview.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { closePreviewEngine, withPreviewEngine } from '#lib/catalogs/preview-engine.ts'
import { previewTable } from '#lib/catalogs/preview-table.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { createReference } from '#lib/iceberg/actions/manage-references.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { eq } from '#lib/iceberg/scan/expression.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import { createTestLakehouse, type Lakehouse } from '../../../../../../../../../../e2e/harness/lakehouse.ts'
import { startRestCatalogServer } from '../../../../../../../../../../e2e/harness/rest-catalog-server.ts'
import * as connections from '../../../../../../../catalog-connections/route.ts'
import { GET } from './route.ts'

let house: Lakehouse
let cookie: string
const params = { catalog: 'firn', namespace: 'recipe_analytics', table: 'user_events_silver' }

const preview = async (query: Record<string, string> = {}, of = params) => {
  const { status, body } = await callRoute(GET, { cookie, params: of, query })
  expect(status, JSON.stringify(body)).toBe(200)
  return TablePreviewSchema.parse(body)
}

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  house = await createTestLakehouse()
  process.env.WAREHOUSE_LOCATION = `file://${house.directory}/warehouse`
  process.env.FIRN_DATA_DIR = house.directory
  ;({ cookie } = await signInAs('viewer'))
})
afterAll(async () => {
  await closePreviewEngine()
  await house.close()
})

describe('the first rows of a table', () => {
  it('of an empty one are none', async () => {
    expect(await preview()).toMatchObject({ snapshotId: null, rows: [], complete: true })
  })

  it('are read with deletes, at a snapshot, a tag and a branch, each with its schema', async () => {
    const event = (user: string, hour: number) => ({
      at: `2025-07-01T${String(hour).padStart(2, '0')}:00:00+09:00`,
      user,
    })
    const first = await house.append([event('ann', 1), event('bob', 1)])
    const { identifier } = await house.loadTable()
    await commitChange(house.catalog, identifier, createReference({ name: 'eod', type: 'tag' }))
    await deleteRows(
      { engine: house.engine, catalog: house.catalog, workDirectory: `${house.directory}/work` },
      { identifier, filter: eq('user_id', 'bob'), mode: 'merge-on-read' },
    )
    await house.append([event('eve', 3)])
    await commitChange(
      house.catalog,
      identifier,
      updateSchema([{ change: 'rename-column', column: 'user_id', name: 'person' }]),
    )
    const users = ({ columns, rows }: Awaited<ReturnType<typeof preview>>, name: string) => {
      const column = columns.findIndex((one) => one.name === name)
      return rows.map((values) => values[column]).sort()
    }
    const now = await preview()
    expect(users(now, 'person')).toEqual(['ann', 'eve'])
    expect(now).toMatchObject({ complete: true, filesTotal: 2, cut: [] })
    expect(now.columns.find(({ name }) => name === 'utc_timestamp')?.type).toBe('timestamptz')
    expect(users(await preview({ ref: 'main' }), 'person')).toEqual(['ann', 'eve'])
    expect(users(await preview({ ref: 'eod' }), 'user_id')).toEqual(['ann', 'bob'])
    const then = await preview({ snapshot: first.snapshotId.toString() })
    expect(users(then, 'user_id')).toEqual(['ann', 'bob'])
    const one = await preview({ limit: '1' })
    expect(one.rows).toHaveLength(1)
    expect(one).toMatchObject({ complete: false, filesRead: 1 })
  })

  it('of what is not there are errors that say so', async () => {
    const wrong = async (query: Record<string, string>, of = params) =>
      (await callRoute(GET, { cookie, params: of, query })).status
    expect(await wrong({ snapshot: '77' })).toBe(404)
    expect(await wrong({ ref: 'nowhere' })).toBe(404)
    expect(await wrong({ ref: 'main', snapshot: '77' })).toBe(400)
    expect(await wrong({ snapshot: 'x' })).toBe(400)
    expect(await wrong({ limit: '100000' })).toBe(400)
    expect(await wrong({}, { ...params, table: 'none' })).toBe(404)
  })

  it('say which file is missing', async () => {
    const name = { namespace: ['recipe_analytics'], name: 'broken' }
    const { metadata } = await house.catalog.createTable(name, visitsRequest)
    const file = visitsFile({ day: 1, ids: [1n, 5n], path: `${metadata.location}/data/gone.parquet` })
    await commitWithRetry(house.catalog, name, appendFiles({ files: [file] }))
    const answer = await callRoute(GET, { cookie, params: { ...params, table: 'broken' } })
    expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringContaining('gone.parquet') } })
  })
})

describe('the engine behind it', () => {
  it('takes ten questions at a time, and says so to the next', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = Array.from({ length: 10 }, () => withPreviewEngine(() => promise))
    await expect(withPreviewEngine(async () => 'read')).rejects.toMatchObject({ code: 'too-many-requests' })
    resolve()
    await Promise.all(held)
    expect(await withPreviewEngine(async () => 'read')).toBe('read')
  })

  it('is not waited for by somebody who went away', async () => {
    const table = await house.loadTable()
    const gone = AbortSignal.abort()
    await expect(previewTable(table, { limit: 7 }, gone)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe("a table of another server's catalog", () => {
  it('is read as well', async () => {
    const server = await startRestCatalogServer()
    try {
      const { secret } = await createApiToken({ name: 'other', role: 'viewer', createdBy: 'system:test' })
      const { cookie: admin } = await signInAs('admin')
      const body = {
        name: 'other',
        uri: server.url,
        warehouse: 'firn',
        credential: { kind: 'bearer', token: secret },
      }
      expect((await callRoute(connections.POST, { cookie: admin, body })).status).toBe(201)
      expect((await preview({}, { ...params, catalog: 'other' })).rows).toHaveLength(2)
    } finally {
      await server.close()
    }
  })
})
