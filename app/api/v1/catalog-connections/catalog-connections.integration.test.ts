import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  FileItemSchema,
  NamespaceSchema,
  PartitionItemSchema,
  snapshotPageOf,
  TableDetailSchema,
  TableItemSchema,
} from '#lib/api/catalog-schemas.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { openRestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import {
  startFlakyProxy,
  type TestIcebergRest,
  useIcebergRest,
} from '../../../../e2e/harness/iceberg-rest.ts'
import * as compact from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/compact/route.ts'
import * as files from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/files/route.ts'
import * as partitions from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/partitions/route.ts'
import * as table from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/route.ts'
import * as snapshots from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/snapshots/route.ts'
import * as timeline from '../catalogs/[catalog]/namespaces/[namespace]/tables/[table]/timeline/route.ts'
import * as tables from '../catalogs/[catalog]/namespaces/[namespace]/tables/route.ts'
import * as namespaces from '../catalogs/[catalog]/namespaces/route.ts'
import * as allTables from '../catalogs/[catalog]/tables/route.ts'
import * as catalogs from '../catalogs/route.ts'
import * as connection from './[id]/route.ts'
import * as connections from './route.ts'
import * as trial from './test/route.ts'

let test: TestDatabase
let server: TestIcebergRest
const cookies = { viewer: '', admin: '' }
const secret = 'a-secret-that-never-leaves'

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  server = await useIcebergRest()
  // The other catalog's local files may be read only below our own roots.
  process.env.WAREHOUSE_LOCATION = server.warehouse
  test = await createTestDatabase()
  cookies.viewer = (await signInAs('viewer')).cookie
  cookies.admin = (await signInAs('admin')).cookie
})
beforeEach(() => test.db.catalog.deleteMany({ where: { kind: 'rest' } }))
afterAll(() => test?.drop())

const call = (handler: Parameters<typeof callRoute>[0], options: Parameters<typeof callRoute>[1] = {}) =>
  callRoute(handler, { cookie: cookies.admin, ...options })

const target = () => ({ uri: server.uri, credential: { kind: 'none' } as object })
const bearer = (token?: string) => ({ kind: 'bearer', ...(token === undefined ? {} : { token }) })

async function add(body: object): Promise<string> {
  const made = await call(connections.POST, { body })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return z.object({ id: z.uuid() }).parse(made.body).id
}

describe('a connection', () => {
  it('is an administrator’s business', async () => {
    const cookie = cookies.viewer
    const id = await add({ name: 'other', ...target() })
    expect((await callRoute(connections.GET, { cookie })).status).toBe(403)
    expect((await callRoute(connections.POST, { cookie, body: { name: 'x', ...target() } })).status).toBe(403)
    expect((await callRoute(connection.PUT, { cookie, params: { id }, body: target() })).status).toBe(403)
    expect((await callRoute(connection.DELETE, { cookie, params: { id } })).status).toBe(403)
    expect((await callRoute(trial.POST, { cookie, body: target() })).status).toBe(403)
  })

  it('keeps its secret sealed: no answer, audit row or column shows it', async () => {
    const id = await add({ name: 'polaris', ...target(), credential: bearer(secret) })
    const changed = await call(connection.PUT, {
      params: { id },
      body: { ...target(), warehouse: 'w', credential: bearer() },
    })
    expect(changed).toMatchObject({ status: 200, body: { warehouse: 'w', credential: { kind: 'bearer' } } })
    const list = await call(connections.GET)
    expect(list.body).toMatchObject({ items: [{ id, name: 'polaris', credential: { kind: 'bearer' } }] })
    const row = await test.db.catalog.findUniqueOrThrow({ where: { id } })
    expect(row.secret).toMatch(/^v1\./)
    const audit = await test.db.auditEvent.findMany({ where: { subject: 'catalog:polaris' } })
    expect(audit.map((one) => one.action)).toEqual(['catalog.create', 'catalog.update'])
    expect(JSON.stringify([changed, list, row, audit])).not.toContain(secret)
  })

  it('sends a stored secret to no other address than the one it was entered for', async () => {
    const heard: string[] = []
    const thief = await startFlakyProxy(server.uri, ({ headers }) => {
      heard.push(headers.authorization ?? 'none')
      return 'pass'
    })
    try {
      const id = await add({ name: 'polaris', ...target(), credential: bearer(secret) })
      const moved = { uri: thief.uri, credential: bearer() }
      for (const refused of [
        await call(trial.POST, { body: { id, ...moved } }),
        await call(connection.PUT, { params: { id }, body: moved }),
        await call(connection.PUT, {
          params: { id },
          body: { ...target(), credential: { kind: 'oauth', clientId: 'x', serverUri: thief.uri } },
        }),
      ]) {
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: /^body\.credential\./ }] } })
      }
      expect(heard).toEqual([])
      const entered = { ...moved, credential: bearer('another') }
      expect((await call(connection.PUT, { params: { id }, body: entered })).status).toBe(200)
    } finally {
      await thief.close()
    }
  })

  it('needs a free name, a usable address and a secret', async () => {
    await add({ name: 'other', ...target() })
    for (const name of ['other', 'firn']) {
      expect(await call(connections.POST, { body: { name, ...target() } })).toMatchObject({
        status: 409,
        body: { code: 'already-exists' },
      })
    }
    const wrong = [
      { name: 'Ö', ...target() },
      { name: 'a', ...target(), uri: 'ftp://x' },
      { name: 'a', ...target(), uri: 'http://user:word@x' },
      { name: 'a', ...target(), credential: bearer() },
      { name: 'a', ...target(), credential: { kind: 'oauth', clientSecret: 'x' } },
    ]
    for (const body of wrong) expect((await call(connections.POST, { body })).status).toBe(400)
    expect((await call(connection.DELETE, { params: { id: randomUUID() } })).status).toBe(404)
  })

  it('is never taken for a catalog of our own', async () => {
    const id = await add({ name: 'other', ...target(), warehouse: 'theirs' })
    const options = { db: test.db, io: fileIO(), name: 'other', warehouse: 'file:///tmp/ours' }
    await expect(createBuiltInCatalog(options)).rejects.toMatchObject({ code: 'conflict' })
    expect(await test.db.catalog.findUnique({ where: { id } })).toMatchObject({ warehouse: 'theirs' })
  })

  it('can be tried before it is kept, and says what is wrong', async () => {
    const works = await call(trial.POST, { body: target() })
    expect(works).toMatchObject({
      status: 200,
      body: { namespaces: expect.any(Number), milliseconds: expect.any(Number), missingEndpoints: [] },
    })
    expect(await call(trial.POST, { body: { ...target(), uri: 'http://127.0.0.1:1' } })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('gave no answer') },
    })
    const closed = await startFlakyProxy(server.uri, () => ({ status: 401 }))
    const refused = await call(trial.POST, {
      body: { uri: closed.uri, credential: bearer(secret) },
    })
    await closed.close()
    // 401 would sign the administrator out.
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('credential') } })
    expect(JSON.stringify(refused.body)).not.toContain(secret)
    expect(await test.db.catalog.count({ where: { kind: 'rest' } })).toBe(0)
  })
})

describe('the console over another server’s catalog', () => {
  const namespace = [`visits_${randomUUID().slice(0, 8)}`, '주문']
  const place = { catalog: 'other', namespace: namespace.join('.') }
  const params = { ...place, table: 'days' }
  const cookie = () => cookies.viewer

  beforeAll(async () => {
    const catalog = await openRestCatalog({
      name: 'reference',
      uri: server.uri,
      credential: { kind: 'none' },
      openFileIO: fileIO,
    })
    await catalog.createNamespace(namespace.slice(0, 1))
    await catalog.createNamespace(namespace)
    const identifier = { namespace, name: 'days' }
    await catalog.createTable(identifier, visitsRequest)
    await catalog.createTable({ namespace, name: 'empty' }, visitsRequest)
    for (const day of [1, 2]) {
      const added = [visitsFile({ day, ids: [1n, 10n] }), visitsFile({ day, ids: [11n, 20n] })]
      await commitWithRetry(catalog, identifier, appendFiles({ files: added }))
    }
  })
  beforeEach(() => add({ name: 'other', ...target() }))

  const read = async <S extends z.ZodType>(
    schema: S,
    handler: Parameters<typeof callRoute>[0],
    query = {},
  ) => {
    const answer = await callRoute(handler, { cookie: cookie(), params, query })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return schema.parse(answer.body)
  }

  it('lists it among the catalogs, with its namespaces and tables', async () => {
    expect((await callRoute(catalogs.GET, { cookie: cookie() })).body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ name: 'other', kind: 'rest', uri: server.uri, tables: null }),
      ]),
    })
    const listed = await read(z.object({ items: z.array(NamespaceSchema) }), namespaces.GET, { limit: '500' })
    expect(listed.items.find(({ name }) => name === place.namespace)).toMatchObject({
      levels: namespace,
      tables: 2,
      records: null,
    })
    const Tables = z.object({
      items: z.array(TableItemSchema),
      total: z.int(),
      nextCursor: z.string().nullable(),
    })
    const byName = await read(Tables, tables.GET)
    expect(byName).toMatchObject({ total: 2, items: [{ name: 'days' }, { name: 'empty' }] })
    expect(byName.items[0]).toMatchObject({
      id: null,
      health: null,
      records: 40,
      dataFiles: 4,
      bytes: 4000,
      problem: null,
    })
    const most = await read(Tables, tables.GET, { sort: 'records', limit: '1' })
    expect(most.items[0]?.name).toBe('empty')
    const next = await read(Tables, tables.GET, {
      sort: 'records',
      limit: '1',
      cursor: most.nextCursor ?? '',
    })
    expect(next.items[0]?.name).toBe('days')
    expect(
      (await read(Tables, allTables.GET, { filter: 'DAYS', limit: '1000' })).items.map((one) => one.name),
    ).toContain('days')
  })

  it('shows schema, snapshots, partitions, files and time line of a table', async () => {
    const detail = await read(TableDetailSchema, table.GET)
    expect(detail).toMatchObject({
      id: null,
      catalog: 'other',
      health: null,
      snapshots: 2,
      totals: { records: 40, dataFiles: 4, partitions: null },
      schema: { fields: [{ name: 'id' }, { name: 'page' }, { name: 'day' }, { name: 'score' }] },
      partitionSpec: { fields: [{ name: 'day', transform: 'identity' }] },
    })
    expect(await read(z.any(), snapshots.GET)).toMatchObject({ total: 2 })
    expect((await read(snapshotPageOf(PartitionItemSchema), partitions.GET)).items).toMatchObject([
      { partition: { day: '1970-01-02' }, rows: 20, files: 2 },
      { partition: { day: '1970-01-03' }, rows: 20, files: 2 },
    ])
    const found = await read(snapshotPageOf(FileItemSchema), files.GET, {
      filter: 'day:1970-01-03',
      stats: 'true',
    })
    expect(found.items).toHaveLength(2)
    expect(found.items[0]?.columns?.[0]).toMatchObject({ name: 'id', lower: expect.any(String) })
    expect(await read(z.any(), timeline.GET, { points: '10' })).toMatchObject({ snapshots: 2 })
  })

  it('does not maintain it, and says so', async () => {
    expect(await call(compact.POST, { params })).toMatchObject({ status: 501, body: { code: 'unsupported' } })
  })

  it('answers with what is wrong when the server or the table is not there', async () => {
    const missing = { ...params, table: 'nothing' }
    expect(await callRoute(table.GET, { cookie: cookie(), params: missing })).toMatchObject({ status: 404 })
    await add({ name: 'away', ...target(), uri: 'http://127.0.0.1:1' })
    const away = { catalog: 'away' }
    expect(await callRoute(namespaces.GET, { cookie: cookie(), params: away })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('"away"') },
    })
    expect((await callRoute(catalogs.GET, { cookie: cookie() })).status).toBe(200)
  })

  it('lists a table that cannot be loaded with the reason, beside the others', async () => {
    const proxy = await startFlakyProxy(server.uri, ({ path }) =>
      path.endsWith('/tables/days')
        ? { status: 403, body: { error: { message: 'no grant', type: 'F' } } }
        : 'pass',
    )
    await add({ name: 'partial', ...target(), uri: proxy.uri })
    const answer = await callRoute(tables.GET, { cookie: cookie(), params: { ...place, catalog: 'partial' } })
    await proxy.close()
    expect(answer.body).toMatchObject({
      items: [
        { name: 'days', records: null, problem: expect.stringContaining('no grant') },
        { name: 'empty', records: 0, problem: null },
      ],
    })
  })
})
