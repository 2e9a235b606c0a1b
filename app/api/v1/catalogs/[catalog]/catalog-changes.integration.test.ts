import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createNamespace } from '#lib/api/catalog-changes.ts'
import { DroppedTableSchema, TableDetailSchema } from '#lib/api/catalog-schemas.ts'
import { createConnection } from '#lib/catalogs/connections/save-connection.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { startStubServer } from '#lib/iceberg/test-support/rest-server.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { callRoute, signInAs } from '../../../../../e2e/harness/call-route.ts'
import { createRestWorkspace, type RestWorkspace } from '../../../../../e2e/harness/rest-workspace.ts'
import * as actions from './actions/route.ts'
import * as undrop from './dropped-tables/[table]/undrop/route.ts'
import * as dropped from './dropped-tables/route.ts'
import * as namespaceProperties from './namespaces/[namespace]/properties/route.ts'
import * as namespace from './namespaces/[namespace]/route.ts'
import * as ddl from './namespaces/[namespace]/tables/[table]/ddl/route.ts'
import * as rename from './namespaces/[namespace]/tables/[table]/rename/route.ts'
import * as table from './namespaces/[namespace]/tables/[table]/route.ts'
import * as tables from './namespaces/[namespace]/tables/route.ts'
import * as namespaces from './namespaces/route.ts'
import * as tableNames from './table-names/route.ts'

let test: RestWorkspace
const cookies = { engineer: '', viewer: '', admin: '' }

beforeAll(async () => {
  test = await createRestWorkspace()
  for (const role of ['engineer', 'viewer', 'admin'] as const) cookies[role] = (await signInAs(role)).cookie
  await openCatalog()
  await createBuiltInCatalog({
    db: test.db,
    io: fileIO(),
    name: 'second',
    warehouse: `${test.warehouse}/second`,
  })
  // Firn itself is the other server.
  await createConnection(test.db, {
    name: 'other',
    uri: test.server.url,
    warehouse: 'second',
    credential: { kind: 'bearer', token: test.tokens.engineer },
  })
})
afterAll(() => test?.close())

type Handler = Parameters<typeof callRoute>[0]
const call = (handler: Handler, params: Record<string, string>, body?: unknown, cookie = cookies.engineer) =>
  callRoute(handler, { cookie, params, ...(body === undefined ? {} : { body }) })

const columns = [
  { name: 'id', type: 'long', required: true, doc: 'the order' },
  { name: 'at', type: 'timestamptz' },
  { name: 'price', type: 'decimal(9, 2)' },
  { name: 'tags', type: 'list<struct<key: string, value: string>>' },
]

describe.each(['firn', 'other'])('in the catalog %s', (catalog) => {
  const within = { catalog, namespace: 'shop.daily' }
  const make = (name: string, more: object = {}) => call(tables.POST, within, { name, columns, ...more })
  const read = async (name: string, params = within) =>
    TableDetailSchema.parse((await call(table.GET, { ...params, table: name })).body)
  const names = async () => {
    const { body } = await call(tables.GET, within)
    return z
      .object({ items: z.array(z.object({ name: z.string() })) })
      .parse(body)
      .items.map(({ name }) => name)
  }

  it('an engineer may change everything, a viewer nothing', async () => {
    const mine = await call(actions.GET, { catalog })
    expect(mine.body).toEqual({
      createNamespace: true,
      dropNamespace: true,
      changeNamespace: true,
      createTable: true,
      renameTable: true,
      dropTable: true,
      changeTable: true,
      backUpTable: catalog === 'firn',
      undropTable: catalog === 'firn',
      grants: [],
    })
    const theirs = await call(actions.GET, { catalog }, undefined, cookies.viewer)
    expect(Object.values(theirs.body as object)).not.toContain(true)
  })

  it('namespaces are made with their properties, one level after the other', async () => {
    expect(await call(namespaces.POST, { catalog }, { levels: ['shop', 'daily'] })).toMatchObject({
      status: 404,
    })
    expect(await call(namespaces.POST, { catalog }, { levels: ['shop'] })).toMatchObject({ status: 201 })
    const properties = { owner: 'sales' }
    const made = await call(namespaces.POST, { catalog }, { levels: ['shop', 'daily'], properties })
    expect(made.status).toBe(201)
    expect(createNamespace.response.parse(made.body)).toMatchObject({
      name: 'shop.daily',
      levels: ['shop', 'daily'],
      properties,
    })
    expect(await call(namespaces.POST, { catalog }, { levels: ['shop'] })).toMatchObject({ status: 409 })
    expect(await call(namespaces.POST, { catalog }, { levels: ['a/b'] })).toMatchObject({ status: 400 })
    expect(await call(namespaces.POST, { catalog }, { levels: ['a', ''] })).toMatchObject({ status: 400 })
  })

  it('properties of namespaces are changed as they were looked at, by engineers, with an audit row', async () => {
    const change = (body: object, cookie = cookies.engineer) =>
      call(namespaceProperties.PATCH, within, body, cookie)
    const look = async () => (await call(namespace.GET, within, undefined, cookies.viewer)).body
    expect(await look()).toMatchObject({ name: 'shop.daily', properties: { owner: 'sales' } })
    const moved = { set: { owner: 'data', comment: '일별' }, expected: { owner: 'sales', comment: null } }
    expect(await change(moved, cookies.viewer)).toMatchObject({ status: 403 })
    const answer = await change(moved)
    expect(answer).toMatchObject({ status: 200, body: { properties: { owner: 'data', comment: '일별' } } })
    expect(await look()).toEqual(answer.body)
    const late = await change({ remove: ['owner'], expected: { owner: 'sales' } })
    expect(late).toMatchObject({ status: 409, body: { detail: expect.stringContaining('"data"') } })
    expect(await change({ set: { owner: 'a' }, remove: ['owner'] })).toMatchObject({ status: 400 })
    expect(await change({})).toMatchObject({ status: 400 })
    expect(await change({ remove: ['comment'], expected: { comment: '일별' } })).toMatchObject({
      status: 200,
    })
    expect(await change({ set: { owner: 'sales' } })).toMatchObject({
      body: { properties: { owner: 'sales' } },
    })
    expect(await call(namespaceProperties.PATCH, { catalog, namespace: 'none' }, moved)).toMatchObject({
      status: 404,
    })
    const rows = await test.db.auditEvent.findMany({
      where: { subject: `namespace:${catalog}.shop.daily`, action: 'namespace.update' },
      orderBy: { at: 'asc' },
    })
    expect(rows[0]).toMatchObject({
      actorName: 'A engineer',
      details: { updated: ['owner', 'comment'], removed: [] },
    })
  })

  it('a table is made with types, partitions and format version as asked', async () => {
    const partitionBy = [
      { column: 'at', transform: 'day' },
      { column: 'id', transform: 'bucket[16]' },
    ]
    const made = await make('orders', { partitionBy, formatVersion: 3, properties: { owner: 'sales' } })
    expect(made).toMatchObject({ status: 201, body: { catalog, namespace: 'shop.daily', name: 'orders' } })
    const detail = await read('orders')
    expect(detail.formatVersion).toBe(3)
    expect(
      detail.schema.fields.map(({ id, name, type, required, doc }) => [id, name, type, required, doc]),
    ).toEqual([
      [1, 'id', 'long', true, 'the order'],
      [2, 'at', 'timestamptz', false, null],
      [3, 'price', 'decimal(9,2)', false, null],
      [4, 'tags', 'list<struct<key: string, value: string>>', false, null],
    ])
    expect(detail.partitionSpec.fields.map(({ name, transform }) => [name, transform])).toEqual([
      ['at_day', 'day'],
      ['id_bucket_16', 'bucket[16]'],
    ])
    expect(detail.properties).toMatchObject({ owner: 'sales' })
    expect(await make('orders')).toMatchObject({ status: 409 })
    expect(await names()).toEqual(['orders'])
  })

  it('its DDL is there for Spark and Trino, for whoever may read it', async () => {
    const params = { ...within, table: 'orders' }
    const read = async (dialect: string) =>
      JSON.stringify((await callRoute(ddl.GET, { cookie: cookies.viewer, params, query: { dialect } })).body)
    expect(await read('spark')).toContain(`CREATE TABLE \`${catalog}\`.\`shop\`.\`daily\`.\`orders\` (`)
    expect(await read('spark')).toContain('PARTITIONED BY (day(at), bucket(16, id))')
    expect(await read('trino')).toContain('shop.daily')
    expect(await read('hive')).toContain('bad-input')
  })

  it.each([
    ['a type that is none', { columns: [{ name: 'id', type: 'bigint' }] }, 'body.columns.0.type'],
    ['no columns', { columns: [] }, 'body.columns'],
    [
      'a transform that is none',
      { partitionBy: [{ column: 'id', transform: 'week' }] },
      'body.partitionBy.0.transform',
    ],
    ['a partition of no column', { partitionBy: [{ column: 'nothing' }] }, undefined],
    ['a transform that does not fit', { partitionBy: [{ column: 'price', transform: 'day' }] }, undefined],
    ['two columns of one name', { columns: [columns[0], columns[0]] }, undefined],
    ['a name with a slash', { name: 'a/b' }, undefined],
  ])('refuses %s', async (_, wrong, path) => {
    const { status, body } = await make('refused', wrong)
    expect({ status, ...z.looseObject({ code: z.string() }).parse(body) }).toMatchObject({
      status: 400,
      code: 'bad-input',
      ...(path ? { errors: [{ path }] } : {}),
    })
  })

  it('a table gets another name, and moves', async () => {
    const at = { ...within, table: 'orders' }
    expect(await call(rename.POST, at, { name: 'sales' })).toMatchObject({
      status: 200,
      body: { name: 'sales' },
    })
    expect(await names()).toEqual(['sales'])
    const moved = await call(
      rename.POST,
      { ...within, table: 'sales' },
      { namespace: 'shop', name: 'orders' },
    )
    expect(moved).toMatchObject({ status: 200, body: { catalog, namespace: 'shop', name: 'orders' } })
    expect(await names()).toEqual([])
    expect((await read('orders', { catalog, namespace: 'shop' })).schema.fields).toHaveLength(4)
    expect(await call(rename.POST, at, { name: 'gone' })).toMatchObject({ status: 404 })
    await call(
      rename.POST,
      { catalog, namespace: 'shop', table: 'orders' },
      { namespace: 'shop.daily', name: 'orders' },
    )
    await make('other')
    expect(await call(rename.POST, at, { name: 'other' })).toMatchObject({ status: 409 })
  })

  it('names are found by any part of namespace and table', async () => {
    const find = async (query: Record<string, string>) =>
      (await callRoute(tableNames.GET, { cookie: cookies.viewer, params: { catalog }, query })).body
    const [orders, other] = ['orders', 'other'].map((name) => ({ namespace: 'shop.daily', name }))
    expect(await find({})).toEqual({ items: [orders, other], nextCursor: null, total: 2 })
    expect(await find({ limit: '1' })).toMatchObject({
      items: [orders],
      nextCursor: expect.anything(),
      total: 2,
    })
    expect(await find({ filter: 'LY.ORD' })).toMatchObject({ items: [orders] })
    expect(await find({ namespace: 'shop' })).toMatchObject({ items: [] })
    expect(await find({ namespace: 'shop.daily', filter: 'oth' })).toMatchObject({ items: [other] })
    expect(await find({ namespace: 'nowhere' })).toMatchObject({ status: 404 })
  })

  it('a namespace that holds something stays, and says so', async () => {
    const { status, body } = await call(namespace.DELETE, within)
    expect(status).toBe(409)
    expect(JSON.stringify(body)).toContain('2 tables')
    expect((await call(namespace.DELETE, { catalog, namespace: 'shop' })).status).toBe(409)
  })

  it('tables are dropped, then their namespaces', async () => {
    for (const name of ['orders', 'other']) {
      expect(await call(table.DELETE, { ...within, table: name })).toMatchObject({ status: 204 })
      expect(await call(table.GET, { ...within, table: name })).toMatchObject({ status: 404 })
      expect(await call(table.DELETE, { ...within, table: name })).toMatchObject({ status: 404 })
    }
    expect(await call(namespace.DELETE, within)).toMatchObject({ status: 204 })
    expect(await call(namespace.DELETE, { catalog, namespace: 'shop' })).toMatchObject({ status: 204 })
    expect(await call(namespace.DELETE, within)).toMatchObject({ status: 404 })
  })

  it('each change left an audit row', async () => {
    const rows = await test.db.auditEvent.findMany({
      where: { subject: { in: [`table:${catalog}.shop.daily.orders`, `namespace:${catalog}.shop.daily`] } },
      orderBy: { at: 'asc' },
    })
    const ours = rows.filter(({ actorName }) => actorName === 'A engineer')
    expect(ours.map(({ action }) => action)).toEqual([
      'namespace.create',
      'namespace.update',
      'namespace.update',
      'namespace.update',
      'table.create',
      'table.rename',
      'table.drop',
      'namespace.drop',
    ])
  })
})

it('a dropped table of our own comes back as it was', async () => {
  await call(namespaces.POST, { catalog: 'firn' }, { levels: ['kept'] })
  const at = { catalog: 'firn', namespace: 'kept', table: 'orders' }
  await call(tables.POST, at, { name: 'orders', columns })
  const before = await call(table.GET, at)
  await call(table.DELETE, at)
  const { body } = await call(dropped.GET, { catalog: 'firn' })
  const [gone] = z.object({ items: z.array(DroppedTableSchema) }).parse(body).items
  expect(gone).toMatchObject({ namespace: 'kept', name: 'orders', purgeRequested: false })
  expect(await call(undrop.POST, { catalog: 'firn', table: gone?.id ?? '' }, {})).toMatchObject({
    status: 200,
  })
  expect(await call(table.GET, at)).toEqual({ ...before, headers: expect.anything() })
})

it('who may only read a namespace is refused, and what is closed is not there', async () => {
  const catalog = await openCatalog()
  await catalog.createNamespace(['closed'])
  const { id: catalogId } = await test.db.catalog.findUniqueOrThrow({ where: { name: 'firn' } })
  const { id: securableId } = await test.db.namespace.findFirstOrThrow({
    where: { levels: { equals: ['closed'] } },
  })
  const { userId } = await signInAs('engineer')
  const grant = await test.db.catalogGrant.create({
    data: {
      catalogId,
      securableId,
      namespaceId: securableId,
      subjectType: 'user',
      subjectId: userId,
      privilege: 'read',
      createdBy: 'test',
    },
  })
  const at = { catalog: 'firn', namespace: 'closed' }
  expect(await call(tables.POST, at, { name: 'mine', columns })).toMatchObject({ status: 403 })
  expect(await call(namespace.DELETE, at)).toMatchObject({ status: 403 })
  await test.db.catalogGrant.update({ where: { id: grant.id }, data: { subjectId: 'somebody-else' } })
  expect(await call(tables.POST, at, { name: 'mine', columns })).toMatchObject({ status: 404 })
  expect(await call(namespace.DELETE, at)).toMatchObject({ status: 404 })
})

it('a server that serves less offers less', async () => {
  const stub = await startStubServer(() => ({
    body: { endpoints: ['GET /v1/{prefix}/namespaces', 'POST /v1/{prefix}/namespaces'] },
  }))
  try {
    await createConnection(test.db, {
      name: 'small',
      uri: stub.uri,
      warehouse: '',
      credential: { kind: 'none' },
    })
    const { body } = await call(actions.GET, { catalog: 'small' })
    expect(body).toMatchObject({
      createNamespace: true,
      createTable: false,
      dropTable: false,
      backUpTable: false,
      undropTable: false,
    })
    const refused = await call(namespace.DELETE, { catalog: 'small', namespace: 'a' })
    expect(refused).toMatchObject({ status: 501, body: { code: 'unsupported' } })
  } finally {
    await stub.close()
  }
})

it("names of another server's tables are found, or it is said in time that it does not answer", async () => {
  const slow = Promise.withResolvers<void>()
  const stub = await startStubServer(async ({ url }) => {
    if (url.startsWith('/v1/config')) return { body: {} }
    if (url.includes('parent=')) return { body: { namespaces: [] } }
    if (url.includes('/tables')) {
      await slow.promise
      return { body: { identifiers: [{ namespace: ['mall'], name: 'visits' }] } }
    }
    return { body: { namespaces: [['mall']] } }
  })
  try {
    await createConnection(test.db, {
      name: 'slow',
      uri: stub.uri,
      warehouse: '',
      credential: { kind: 'none' },
    })
    const find = (wait: string) =>
      callRoute(tableNames.GET, {
        cookie: cookies.viewer,
        params: { catalog: 'slow' },
        query: { filter: 'visi', wait },
      })
    expect(await find('0.2')).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('has not answered within 0.2 s') },
    })
    slow.resolve()
    expect(await find('5')).toMatchObject({ status: 200, body: { items: [{ name: 'visits' }], total: 1 } })
    // What was asked first went on: the server was asked once.
    expect(stub.seen.filter(({ url }) => url.includes('/tables'))).toHaveLength(1)
  } finally {
    await stub.close()
  }
})
