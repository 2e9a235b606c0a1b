import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'
import { openCatalog } from './open-catalog.ts'

let test: RestWorkspace
let engineer: string
let viewer: string
let namespaces = 0
let namespace: string

beforeAll(async () => {
  test = await createRestWorkspace()
  engineer = (await test.newToken('engineer')).secret
  viewer = (await test.newToken('viewer')).secret
})
beforeEach(async () => {
  namespaces += 1
  namespace = `ns${namespaces}`
  await (await openCatalog()).createNamespace([namespace])
})
afterAll(() => test.close())

const schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [{ id: 0, name: 'visits', required: false, type: 'long' }],
}
const version = (sql: string, ...dialects: string[]) => ({
  'version-id': 1,
  'schema-id': 0,
  'timestamp-ms': 1_700_000_000_000,
  summary: { 'engine-name': 'spark' },
  'default-namespace': [namespace],
  representations: (dialects.length > 0 ? dialects : ['spark']).map((dialect) => ({
    type: 'sql',
    sql,
    dialect,
  })),
})
const creation = (name: string, more: object = {}) => ({
  name,
  schema,
  'view-version': version('select count(*) as visits from visits'),
  properties: { comment: 'all of them' },
  ...more,
})

interface LoadedView {
  'metadata-location': string
  metadata: { 'view-uuid': string; location: string; 'current-version-id': number; versions: unknown[] }
}

const at = (rest = '', of = namespace) => `/v1/firn/namespaces/${of}/views${rest}`
const post = (address: string, body: unknown, token = engineer) => test.call('POST', address, { token, body })
const get = (address: string) => test.call('GET', address, { token: viewer })
async function make(name: string, more: object = {}): Promise<LoadedView> {
  const { status, body } = await post(at(), creation(name, more))
  expect({ status, body }).toMatchObject({ status: 200 })
  return body as LoadedView
}
const replacing = (sql: string, ...dialects: string[]) => ({
  updates: [
    { action: 'add-view-version', 'view-version': version(sql, ...dialects) },
    { action: 'set-current-view-version', 'view-version-id': -1 },
  ],
})
const refused = (status: number, type: string, message: RegExp) => ({
  status,
  body: { error: { code: status, type, message: expect.stringMatching(message) } },
})

describe('a view', () => {
  it('is created, loaded, listed, there, and gone after its drop', async () => {
    const made = await make('daily')
    expect(made.metadata).toMatchObject({
      'format-version': 1,
      'current-version-id': 1,
      versions: [{ 'version-id': 1, 'schema-id': 0, 'default-namespace': [namespace] }],
      'version-log': [{ 'version-id': 1, 'timestamp-ms': 1_700_000_000_000 }],
      schemas: [schema],
      properties: { comment: 'all of them' },
    })
    expect(made['metadata-location']).toMatch(/^file:\/\/.*\/warehouse\/ns\d+\/daily-\w+\/metadata\/00000-/)
    expect(await get(at('/daily'))).toMatchObject({ status: 200, body: made })
    expect((await get(at())).body).toEqual({ identifiers: [{ namespace: [namespace], name: 'daily' }] })
    expect(await test.call('HEAD', at('/daily'), { token: viewer })).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect(await test.call('DELETE', at('/daily'), { token: engineer })).toMatchObject({ status: 204 })
    const gone = refused(404, 'NoSuchViewException', /^View does not exist: ns\d+\.daily/)
    expect(await get(at('/daily'))).toMatchObject(gone)
    expect(await test.call('HEAD', at('/daily'), { token: viewer })).toMatchObject({
      status: 404,
      body: undefined,
    })
    expect(await test.call('DELETE', at('/daily'), { token: engineer })).toMatchObject(gone)
  })

  it('is paged by name', async () => {
    for (const name of ['c', 'a', 'b']) await make(name)
    const first = (await get(at('?pageToken=&pageSize=2'))).body as Record<string, unknown>
    expect(first.identifiers).toMatchObject([{ name: 'a' }, { name: 'b' }])
    const next = encodeURIComponent(String(first['next-page-token']))
    expect((await get(at(`?pageToken=${next}&pageSize=2`))).body).toEqual({
      identifiers: [{ namespace: [namespace], name: 'c' }],
    })
  })

  it('gets new versions, properties and a location in one commit', async () => {
    const { metadata } = await make('daily')
    const location = `${test.warehouse}/elsewhere`
    const answer = await post(at('/daily'), {
      requirements: [{ type: 'assert-view-uuid', uuid: metadata['view-uuid'] }],
      updates: [
        {
          action: 'add-schema',
          schema: {
            ...schema,
            fields: [...schema.fields, { id: 1, name: 'day', required: false, type: 'date' }],
          },
        },
        { action: 'add-view-version', 'view-version': { ...version('select 2'), 'schema-id': -1 } },
        { action: 'set-current-view-version', 'view-version-id': -1 },
        { action: 'set-properties', updates: { owner: 'data team' } },
        { action: 'remove-properties', removals: ['comment'] },
        { action: 'set-location', location },
      ],
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        'metadata-location': expect.stringMatching(/\/elsewhere\/metadata\/00001-/),
        metadata: {
          location,
          'current-version-id': 2,
          versions: [{ 'version-id': 1 }, { 'version-id': 2, 'schema-id': 1 }],
          properties: { owner: 'data team' },
        },
      },
    })
    expect((await get(at('/daily'))).body).toEqual(answer.body)
  })

  it('takes the commits of many at once, one after the other', async () => {
    await make('daily', { properties: { 'version.history.num-entries': '20' } })
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => post(at('/daily'), replacing(`select ${index}`))),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    const { metadata } = (await get(at('/daily'))).body as LoadedView
    expect(metadata.versions).toHaveLength(7)
    expect(metadata['current-version-id']).toBe(7)
  })

  it('keeps its dialects, its UUID and the rules of the specification', async () => {
    await make('daily', { 'view-version': version('select 1', 'spark', 'trino') })
    expect(await post(at('/daily'), replacing('select 2', 'spark'))).toMatchObject(
      refused(400, 'IllegalArgumentException', /loss of view dialects/),
    )
    const other = { type: 'assert-view-uuid', uuid: '00000000-0000-4000-8000-000000000000' }
    expect(await post(at('/daily'), { ...replacing('select 2'), requirements: [other] })).toMatchObject(
      refused(409, 'CommitFailedException', /UUID does not match/),
    )
    const twice = creation('x', { 'view-version': version('select 1', 'trino', 'TRINO') })
    expect(await post(at(), twice)).toMatchObject(
      refused(400, 'IllegalArgumentException', /Cannot add multiple queries for dialect trino/),
    )
    expect(await post(at('/daily'), { updates: [{ action: 'add-snapshot' }] })).toMatchObject({ status: 400 })
    const missing = refused(404, 'NoSuchViewException', /^View does not exist/)
    expect(await post(at('/none'), replacing('select 1'))).toMatchObject(missing)
  })

  it('is renamed, also into another namespace', async () => {
    const made = await make('daily')
    await (await openCatalog()).createNamespace([`${namespace}_other`])
    const rename = (from: string, to: string, target = namespace) =>
      post('/v1/firn/views/rename', {
        source: { namespace: [namespace], name: from },
        destination: { namespace: [target], name: to },
      })
    expect(await rename('daily', 'weekly', `${namespace}_other`)).toMatchObject({ status: 204 })
    expect(await get(at('/daily'))).toMatchObject({ status: 404 })
    expect((await get(at('/weekly', `${namespace}_other`))).body).toEqual(made)
    expect(await rename('daily', 'x')).toMatchObject(
      refused(404, 'NoSuchViewException', /^View does not exist/),
    )
    await make('one')
    await make('two')
    expect(await rename('one', 'two')).toMatchObject(
      refused(409, 'AlreadyExistsException', /^Cannot rename ns\d+\.one to ns\d+\.two\. View already exists/),
    )
    expect(await rename('one', 'x', 'nowhere')).toMatchObject(
      refused(404, 'NoSuchNamespaceException', /^Namespace does not exist: nowhere/),
    )
  })

  it('is taken in again by its metadata file', async () => {
    const made = await make('daily')
    await test.call('DELETE', at('/daily'), { token: engineer })
    const register = (name: string, location: string) =>
      post(`/v1/firn/namespaces/${namespace}/register-view`, { name, 'metadata-location': location })
    expect(await register('again', made['metadata-location'])).toMatchObject({ status: 200, body: made })
    expect(await register('again', made['metadata-location'])).toMatchObject(
      refused(409, 'AlreadyExistsException', /^View already exists: ns\d+\.again/),
    )
    expect(await register('x', `${test.warehouse}/none.metadata.json`)).toMatchObject(
      refused(400, 'BadRequestException', /Cannot register/),
    )
    expect(await register('x', 'file:///etc/passwd')).toMatchObject(
      refused(400, 'BadRequestException', /outside the warehouse/),
    )
  })

  it('is written inside the warehouse only', async () => {
    const outside = refused(400, 'BadRequestException', /outside the warehouse/)
    expect(await post(at(), creation('x', { location: 'file:///tmp/elsewhere' }))).toMatchObject(outside)
    const properties = { 'write.metadata.path': 'file:///tmp/elsewhere' }
    expect(await post(at(), creation('x', { properties }))).toMatchObject(outside)
    await make('daily')
    const updates = [{ action: 'set-location', location: 'file:///tmp/elsewhere' }]
    expect(await post(at('/daily'), { updates })).toMatchObject(outside)
  })

  it('keeps its namespace from being dropped', async () => {
    await make('daily')
    expect(await test.call('DELETE', `/v1/firn/namespaces/${namespace}`, { token: engineer })).toMatchObject(
      refused(409, 'NamespaceNotEmptyException', /is not empty/),
    )
  })

  it('is changed by engineers only, and each change leaves an audit row', async () => {
    expect(await post(at(), creation('daily'), viewer)).toMatchObject({ status: 403 })
    await make('daily')
    await post(at('/daily'), replacing('select 2'))
    const rows = await test.db.auditEvent.findMany({ where: { subject: `view:firn.${namespace}.daily` } })
    expect(rows.map(({ action }) => action).sort()).toEqual(['view.create', 'view.update'])
  })
})

describe('a name', () => {
  const table = (name: string) => ({ namespace: [namespace], name })

  it("is a table's or a view's", async () => {
    const catalog = await openCatalog()
    await make('view')
    await catalog.createTable(table('table'), visitsRequest)
    expect(await post(at(), creation('view'))).toMatchObject(
      refused(409, 'AlreadyExistsException', /^View already exists: ns\d+\.view/),
    )
    expect(await post(at(), creation('table'))).toMatchObject(
      refused(409, 'AlreadyExistsException', /^Table with same name already exists: ns\d+\.table/),
    )
    await expect(catalog.createTable(table('view'), visitsRequest)).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringMatching(/^View with same name already exists: ns\d+\.view/),
    })
    const destination = table('table')
    expect(await post('/v1/firn/views/rename', { source: table('view'), destination })).toMatchObject(
      refused(409, 'AlreadyExistsException', /^Cannot rename .*\. Table already exists/),
    )
    expect(await get(at('/table'))).toMatchObject({ status: 404 })
  })

  it('goes to one of two that ask at the same time', async () => {
    const catalog = await openCatalog()
    for (let round = 0; round < 8; round += 1) {
      const name = `both${round}`
      const outcomes = await Promise.all([
        post(at(), creation(name)).then(({ status }) => status === 200),
        catalog.createTable(table(name), visitsRequest).then(
          () => true,
          () => false,
        ),
      ])
      expect(outcomes.filter(Boolean)).toHaveLength(1)
    }
  })
})
