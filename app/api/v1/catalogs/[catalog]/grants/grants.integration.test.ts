import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { getCatalogActions } from '#lib/api/catalog-changes.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import type { Role } from '#lib/auth/roles.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { callRoute, signInAs } from '../../../../../../e2e/harness/call-route.ts'
import { createRestWorkspace, type RestWorkspace } from '../../../../../../e2e/harness/rest-workspace.ts'
import * as catalogs from '../../route.ts'
import * as actions from '../actions/route.ts'
import * as undrop from '../dropped-tables/[table]/undrop/route.ts'
import * as dropped from '../dropped-tables/route.ts'
import * as compact from '../namespaces/[namespace]/tables/[table]/compact/route.ts'
import * as table from '../namespaces/[namespace]/tables/[table]/route.ts'
import * as namespaceTables from '../namespaces/[namespace]/tables/route.ts'
import * as namespaces from '../namespaces/route.ts'
import * as tables from '../tables/route.ts'
import * as grant from './[id]/route.ts'
import * as grants from './route.ts'

let test: RestWorkspace
/** People with a session; Ann also has a token of her own. */
const ann = { cookie: '', userId: '', token: '' }
const admin = { cookie: '' }
const eve = { id: '', token: '' }

beforeAll(async () => {
  test = await createRestWorkspace()
  Object.assign(ann, await signInAs('engineer', 'ann@example.test'))
  Object.assign(admin, await signInAs('admin'))
  ann.token = (await createApiToken({ name: 'of ann', role: 'engineer', createdBy: ann.userId })).secret
  const { id, secret } = await test.newToken('engineer', 'eve')
  Object.assign(eve, { id, token: secret })
  const catalog = await openCatalog()
  await catalog.createNamespace(['open'])
  await catalog.createNamespace(['closed'])
  for (const [namespace, name] of [
    ['open', 'visits'],
    ['open', 'salaries'],
    ['closed', 'visits'],
  ] as const) {
    await catalog.createTable({ namespace: [namespace], name }, visitsRequest)
  }
})
afterEach(() => test.db.catalogGrant.deleteMany())
afterAll(() => test.close())

const params = { catalog: 'firn' }
type Subject = { type: 'user' | 'token'; id: string }
const annAsUser = (): Subject => ({ type: 'user', id: ann.userId })
const give = (subject: Subject, privilege: string, namespace: string, of?: string) =>
  callRoute(grants.POST, {
    cookie: admin.cookie,
    params,
    body: { subject, privilege, namespace, ...(of ? { table: of } : {}) },
  })
const rest = (token: string, method: string, address: string, body?: unknown) =>
  test.call(method, `/v1/firn${address}`, { token, ...(body === undefined ? {} : { body }) })
const listed = async (token: string, namespace: string, query = '') => {
  const { body } = await rest(token, 'GET', `/namespaces/${namespace}/tables${query}`)
  return (body as { identifiers: { name: string }[] }).identifiers.map(({ name }) => name)
}
const commit = { requirements: [], updates: [{ action: 'set-properties', updates: { seen: 'yes' } }] }

describe('a grant', () => {
  it('is given, listed, replaced and taken back by admins only, with an audit row', async () => {
    const made = await give(annAsUser(), 'read', 'open', 'salaries')
    expect(made).toMatchObject({
      status: 201,
      body: {
        subject: { type: 'user', id: ann.userId, name: 'A engineer' },
        namespace: 'open',
        table: 'salaries',
        privilege: 'read',
        createdBy: 'A admin',
      },
    })
    const again = await give(annAsUser(), 'write', 'open', 'salaries')
    const { id } = again.body as { id: string }
    await give({ type: 'token', id: eve.id }, 'read', 'closed')
    const list = await callRoute(grants.GET, { cookie: admin.cookie, params })
    expect(list.body).toMatchObject({
      items: [
        { id, privilege: 'write' },
        { subject: { type: 'token', name: 'eve' }, namespace: 'closed', table: null },
      ],
    })
    for (const cookie of [ann.cookie]) {
      expect(await callRoute(grants.GET, { cookie, params })).toMatchObject({ status: 403 })
      const body = { subject: annAsUser(), privilege: 'write', namespace: 'open' }
      expect(await callRoute(grants.POST, { cookie, params, body })).toMatchObject({ status: 403 })
      expect(await callRoute(grant.DELETE, { cookie, params: { ...params, id } })).toMatchObject({
        status: 403,
      })
    }
    const remove = () => callRoute(grant.DELETE, { cookie: admin.cookie, params: { ...params, id } })
    expect(await remove()).toMatchObject({ status: 204 })
    expect(await remove()).toMatchObject({ status: 404 })
    const rows = await test.db.auditEvent.findMany({ where: { subject: `grant:${id}` } })
    expect(rows.map(({ action }) => action).sort()).toEqual(['grant.create', 'grant.create', 'grant.delete'])
  })

  it('needs somebody and something that are there', async () => {
    expect(await give({ type: 'user', id: 'nobody' }, 'read', 'open')).toMatchObject({ status: 404 })
    expect(await give({ type: 'token', id: 'x' }, 'read', 'open')).toMatchObject({ status: 400 })
    expect(await give(annAsUser(), 'read', 'none')).toMatchObject({ status: 404 })
    expect(await give(annAsUser(), 'read', 'open', 'none')).toMatchObject({ status: 404 })
    expect(await give(annAsUser(), 'own', 'open')).toMatchObject({ status: 400 })
  })
})

describe('a table with grants', () => {
  const salaries = '/namespaces/open/tables/salaries'

  it('is not there for others, word for word, in the catalog that engines use', async () => {
    await give(annAsUser(), 'read', 'open', 'salaries')
    expect(await listed(eve.token, 'open')).toEqual(['visits'])
    expect(await listed(eve.token, 'open', '?pageToken=&pageSize=1')).toEqual(['visits'])
    expect(await listed(ann.token, 'open')).toEqual(['salaries', 'visits'])
    const missing = await rest(eve.token, 'GET', '/namespaces/open/tables/nothing')
    const expected = JSON.stringify(missing.body).replaceAll('nothing', 'salaries')
    const calls: [string, string, unknown?][] = [
      ['GET', salaries],
      ['POST', salaries, commit],
      ['DELETE', salaries],
      [
        'POST',
        '/tables/rename',
        {
          source: { namespace: ['open'], name: 'salaries' },
          destination: { namespace: ['open'], name: 'mine' },
        },
      ],
    ]
    for (const [method, address, body] of calls) {
      const answer = await rest(eve.token, method, address, body)
      expect(answer.status).toBe(404)
      expect(JSON.stringify(answer.body)).toBe(expected)
    }
    expect(await rest(eve.token, 'HEAD', salaries)).toMatchObject({ status: 404, body: undefined })
    expect(await rest(eve.token, 'GET', '/namespaces/open/tables/visits')).toMatchObject({ status: 200 })
  })

  it('is read by those who may read, changed by those who may write', async () => {
    await give(annAsUser(), 'read', 'open', 'salaries')
    expect(await rest(ann.token, 'GET', salaries)).toMatchObject({ status: 200 })
    for (const [method, body] of [['POST', commit], ['DELETE']] as const) {
      expect(await rest(ann.token, method, salaries, body)).toMatchObject({
        status: 403,
        body: { error: { type: 'ForbiddenException', message: expect.stringMatching(/may not change/) } },
      })
    }
    const transaction = {
      'table-changes': [{ identifier: { namespace: ['open'], name: 'salaries' }, ...commit }],
    }
    expect(await rest(ann.token, 'POST', '/transactions/commit', transaction)).toMatchObject({ status: 403 })
    await give(annAsUser(), 'write', 'open', 'salaries')
    expect(await rest(ann.token, 'POST', salaries, commit)).toMatchObject({ status: 200 })
    expect(await rest(ann.token, 'POST', '/transactions/commit', transaction)).toMatchObject({ status: 204 })
  })

  it('tells its readers that they may only read', async () => {
    await give(annAsUser(), 'read', 'open', 'salaries')
    await give({ type: 'token', id: eve.id }, 'write', 'closed')
    const grantsOf = async (cookie: string) =>
      getCatalogActions.response.parse((await callRoute(actions.GET, { cookie, params })).body).grants
    expect(await grantsOf(ann.cookie)).toEqual([{ namespace: ['open'], table: 'salaries', mayChange: false }])
    expect(await grantsOf(admin.cookie)).toEqual([])
  })

  it('stays closed under another name, and gives its old name free', async () => {
    await give(annAsUser(), 'write', 'open', 'salaries')
    const rename = (name: string, to: string) =>
      rest(ann.token, 'POST', '/tables/rename', {
        source: { namespace: ['open'], name },
        destination: { namespace: ['open'], name: to },
      })
    expect(await rename('salaries', 'wages')).toMatchObject({ status: 204 })
    expect(await listed(eve.token, 'open')).toEqual(['visits'])
    expect(await rest(eve.token, 'GET', '/namespaces/open/tables/wages')).toMatchObject({ status: 404 })
    await rename('wages', 'salaries')
  })

  it('is not there for others in the console', async () => {
    await give(annAsUser(), 'read', 'open', 'salaries')
    const at = { ...params, namespace: 'open', table: 'salaries' }
    expect(await callRoute(table.GET, { token: eve.token, params: at })).toMatchObject({ status: 404 })
    expect(await callRoute(compact.POST, { token: eve.token, params: at })).toMatchObject({ status: 404 })
    expect(await callRoute(table.GET, { cookie: ann.cookie, params: at })).toMatchObject({ status: 200 })
    expect(await callRoute(compact.POST, { cookie: ann.cookie, params: at })).toMatchObject({ status: 403 })
    const names = (answer: { body: unknown }) =>
      (answer.body as { items: { name: string }[] }).items.map(({ name }) => name)
    for (const [caller, expected, total] of [
      [{ token: eve.token }, ['visits'], 1],
      [{ cookie: ann.cookie }, ['salaries', 'visits'], 2],
    ] as const) {
      const inside = await callRoute(namespaceTables.GET, {
        ...caller,
        params: { ...params, namespace: 'open' },
      })
      expect(names(inside)).toEqual(expected)
      expect(inside.body).toMatchObject({ total })
      expect(await callRoute(tables.GET, { ...caller, params })).toMatchObject({ body: { total: total + 1 } })
      const list = await callRoute(namespaces.GET, { ...caller, params })
      expect(list.body).toMatchObject({ items: [{ name: 'closed' }, { name: 'open', tables: total }] })
      const all = await callRoute(catalogs.GET, caller)
      expect(all.body).toMatchObject({ items: [{ name: 'firn', tables: total + 1 }] })
    }
  })
})

describe('a namespace with grants', () => {
  it('is not there for others, with all in it', async () => {
    await give({ type: 'token', id: eve.id }, 'read', 'closed')
    const { body } = await rest(ann.token, 'GET', '/namespaces')
    expect(body).toEqual({ namespaces: [['open']] })
    for (const address of ['/namespaces/closed', '/namespaces/closed/tables', '/namespaces/closed/views']) {
      expect(await rest(ann.token, 'GET', address)).toMatchObject({
        status: 404,
        body: { error: { type: 'NoSuchNamespaceException', message: 'Namespace does not exist: closed' } },
      })
    }
    expect(await rest(ann.token, 'GET', '/namespaces/closed/tables/visits')).toMatchObject({ status: 404 })
    const list = await callRoute(namespaces.GET, { cookie: ann.cookie, params })
    expect(list.body).toMatchObject({ items: [{ name: 'open' }] })
    const tablesOf = { ...params, namespace: 'closed' }
    expect(await callRoute(namespaceTables.GET, { cookie: ann.cookie, params: tablesOf })).toMatchObject({
      status: 404,
    })
  })

  it('gets new tables and views of those who may write', async () => {
    await give({ type: 'token', id: eve.id }, 'read', 'closed')
    const schema = {
      type: 'struct',
      'schema-id': 0,
      fields: [{ id: 1, name: 'id', required: false, type: 'long' }],
    }
    const create = () => rest(eve.token, 'POST', '/namespaces/closed/tables', { name: 'new', schema })
    expect(await create()).toMatchObject({ status: 403 })
    const properties = { updates: { owner: 'eve' } }
    expect(await rest(eve.token, 'POST', '/namespaces/closed/properties', properties)).toMatchObject({
      status: 403,
    })
    await give({ type: 'token', id: eve.id }, 'write', 'closed')
    expect(await create()).toMatchObject({ status: 200 })
    expect(await rest(eve.token, 'DELETE', '/namespaces/closed/tables/new')).toMatchObject({ status: 204 })
  })

  it('hides its dropped tables, and lets nobody else bring them back', async () => {
    const catalog = await openCatalog()
    const gone = { namespace: ['closed'], name: 'gone' }
    await catalog.createTable(gone, visitsRequest)
    await catalog.dropTable(gone)
    await give({ type: 'token', id: eve.id }, 'write', 'closed')
    const namesFor = async (cookie: string) => {
      const { body } = await callRoute(dropped.GET, { cookie, params })
      return (body as { items: { id: string; name: string }[] }).items.filter(({ name }) => name === 'gone')
    }
    const [seen] = await namesFor(admin.cookie)
    expect(seen).toBeDefined()
    expect(await namesFor(ann.cookie)).toEqual([])
    const bring = (cookie: string) =>
      callRoute(undrop.POST, { cookie, params: { ...params, table: seen?.id ?? '' }, body: {} })
    expect(await bring(ann.cookie)).toMatchObject({ status: 404 })
    expect(await bring(admin.cookie)).toMatchObject({ status: 200, body: { name: 'gone' } })
    await catalog.dropTable(gone)
  })

  it('gives nobody more than their role', async () => {
    const { id, secret } = await test.newToken('viewer' satisfies Role)
    await give({ type: 'token', id }, 'write', 'open')
    expect(await rest(secret, 'POST', '/namespaces/open/tables/visits', commit)).toMatchObject({
      status: 403,
    })
    expect(await rest(secret, 'GET', '/namespaces/open/tables/visits')).toMatchObject({ status: 200 })
  })
})
