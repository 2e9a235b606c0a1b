import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'
import { endpointName } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

let rest: RestWorkspace
beforeAll(async () => {
  rest = await createRestWorkspace()
})
afterAll(() => rest?.close())

const namespaces = '/v1/firn/namespaces'
const create = (namespace: string[], properties?: Record<string, string>) =>
  rest.call('POST', namespaces, { body: { namespace, ...(properties ? { properties } : {}) } })
const errorOf = (answer: { status: number; body: { error: { type: string } } }) => [
  answer.status,
  answer.body.error.type,
]

describe('config', () => {
  it('declares exactly what is served, and the prefix', async () => {
    const { status, body } = await rest.call('GET', '/v1/config', { as: 'viewer' })
    expect(status).toBe(200)
    expect(body.overrides.prefix).toBe('firn')
    expect(body.endpoints).toEqual(endpoints.map(endpointName))
  })

  it('knows catalogs by name', async () => {
    await rest.db.catalog.create({ data: { name: 'other shop', warehouse: `${rest.warehouse}-other` } })
    const { body } = await rest.call('GET', '/v1/config?warehouse=other%20shop')
    expect(body.overrides.prefix).toBe('other%20shop')
    expect((await rest.call('GET', '/v1/other%20shop/namespaces')).body.namespaces).toEqual([])
    expect(errorOf(await rest.call('GET', '/v1/config?warehouse=none'))).toEqual([
      404,
      'NoSuchWarehouseException',
    ])
    expect(errorOf(await rest.call('GET', '/v1/none/namespaces'))).toEqual([404, 'NoSuchWarehouseException'])
    expect((await rest.call('GET', '/v1/config?warehouse=')).body.overrides.prefix).toBe('firn')
    // A catalog of somebody else's is Firn's to read, not to serve.
    await rest.db.catalog.create({ data: { name: 'foreign', kind: 'rest', warehouse: '', uri: 'http://x' } })
    expect(errorOf(await rest.call('GET', '/v1/foreign/namespaces'))).toEqual([
      404,
      'NoSuchWarehouseException',
    ])
  })

  it('is refused to nobody and to bad tokens, in the shape of the protocol', async () => {
    for (const authorization of ['', 'Bearer firn_no', 'Basic eDp5']) {
      const answer = await rest.call('GET', '/v1/config', { headers: { authorization } })
      expect(errorOf(answer)).toEqual([401, 'NotAuthorizedException'])
      expect(answer.body.error.code).toBe(401)
      expect(answer.headers.get('www-authenticate')).toContain('Bearer')
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('namespaces', () => {
  it('are made, nested, loaded, listed, looked for and dropped', async () => {
    expect(await create(['shop'], { owner: 'data' })).toMatchObject({
      status: 200,
      body: { namespace: ['shop'], properties: { owner: 'data' } },
    })
    await create(['shop', 'orders'])
    expect((await rest.call('GET', `${namespaces}/shop`)).body).toEqual({
      namespace: ['shop'],
      properties: { owner: 'data' },
    })
    expect((await rest.call('GET', `${namespaces}?parent=shop`)).body.namespaces).toEqual([
      ['shop', 'orders'],
    ])
    expect((await rest.call('GET', `${namespaces}?parent=`)).body.namespaces).toContainEqual(['shop'])
    expect(await rest.call('HEAD', `${namespaces}/shop%1Forders`)).toMatchObject({ status: 204 })
    expect(await rest.call('HEAD', `${namespaces}/none`)).toMatchObject({ status: 404, body: undefined })
    expect(errorOf(await rest.call('DELETE', `${namespaces}/shop`))).toEqual([
      409,
      'NamespaceNotEmptyException',
    ])
    expect((await rest.call('DELETE', `${namespaces}/shop%1Forders`)).status).toBe(204)
    expect((await rest.call('DELETE', `${namespaces}/shop`)).status).toBe(204)
    expect(errorOf(await rest.call('DELETE', `${namespaces}/shop`))).toEqual([
      404,
      'NoSuchNamespaceException',
    ])
  })

  it('keep dots, blanks, plus signs and unicode in their names', async () => {
    for (const name of ['a.b', '방문 100%', 'c+d', "o'x"]) {
      expect((await create([name])).body.namespace).toEqual([name])
      expect((await rest.call('GET', `${namespaces}/${encodeURIComponent(name)}`)).body.namespace).toEqual([
        name,
      ])
    }
  })

  it('refuse names that could be paths, and what is no namespace', async () => {
    const bad = [[], [''], ['a/b'], ['..'], ['.'], ['a\\b'], ['a\nb'], ['x'.repeat(256)], ['\ud800']]
    for (const namespace of bad) {
      expect(errorOf(await create(namespace))).toEqual([400, 'BadRequestException'])
    }
    expect(errorOf(await create(Array.from({ length: 40 }, () => 'a')))).toEqual([400, 'BadRequestException'])
    expect(errorOf(await create(['none', 'child']))).toEqual([404, 'NoSuchNamespaceException'])
    expect(errorOf(await rest.call('GET', `${namespaces}/a%1F`))).toEqual([400, 'BadRequestException'])
    expect(errorOf(await rest.call('GET', `${namespaces}/a%00`))).toEqual([400, 'BadRequestException'])
    // An encoded slash is part of the name, and no such name is there.
    expect(errorOf(await rest.call('GET', `${namespaces}/a%2Ftables`))).toEqual([
      404,
      'NoSuchNamespaceException',
    ])
    await create(['twice'])
    expect(errorOf(await create(['twice']))).toEqual([409, 'AlreadyExistsException'])
  })

  it('come in pages', async () => {
    await create(['pages'])
    const names = Array.from({ length: 7 }, (_, index) => `n${index}`)
    for (const name of names) await create(['pages', name])
    const seen: string[][] = []
    let token = ''
    for (let page = 0; page < 5; page += 1) {
      const { body } = await rest.call(
        'GET',
        `${namespaces}?parent=pages&pageSize=3&pageToken=${encodeURIComponent(token)}`,
      )
      expect(body.namespaces.length).toBeLessThanOrEqual(3)
      seen.push(...body.namespaces)
      token = body['next-page-token']
      if (!token) break
    }
    expect(seen).toEqual(names.map((name) => ['pages', name]))
    expect((await rest.call('GET', `${namespaces}?parent=pages`)).body.namespaces).toHaveLength(7)
    for (const wrong of ['pageSize=0', 'pageSize=x', 'pageToken=abc']) {
      expect(errorOf(await rest.call('GET', `${namespaces}?${wrong}`))).toEqual([400, 'BadRequestException'])
    }
  })

  it('have properties that are set and removed', async () => {
    await create(['props'], { a: '1', b: '2' })
    const update = (body: unknown) => rest.call('POST', `${namespaces}/props/properties`, { body })
    expect((await update({ updates: { a: '3', c: '4' }, removals: ['b', 'x'] })).body).toEqual({
      updated: ['a', 'c'],
      removed: ['b'],
      missing: ['x'],
    })
    expect((await rest.call('GET', `${namespaces}/props`)).body.properties).toEqual({ a: '3', c: '4' })
    expect(errorOf(await update({ updates: { a: '1' }, removals: ['a'] }))).toEqual([
      422,
      'UnprocessableEntityException',
    ])
    expect(errorOf(await update({ updates: { a: 1 } }))).toEqual([400, 'BadRequestException'])
    const lost = JSON.parse('{"__proto__": "x"}')
    expect(errorOf(await update({ updates: lost }))).toEqual([400, 'BadRequestException'])
    expect(
      errorOf(await rest.call('POST', `${namespaces}/none/properties`, { body: { updates: {} } })),
    ).toEqual([404, 'NoSuchNamespaceException'])
  })

  it('are changed by engineers only, with an audit row', async () => {
    const body = { namespace: ['audited'] }
    expect(errorOf(await rest.call('POST', namespaces, { body, as: 'viewer' }))).toEqual([
      403,
      'ForbiddenException',
    ])
    const { headers } = await rest.call('POST', namespaces, { body })
    const row = await rest.db.auditEvent.findFirstOrThrow({ where: { subject: 'namespace:firn.audited' } })
    expect(row).toMatchObject({
      action: 'namespace.create',
      actorName: 'engineer',
      requestId: headers.get('x-request-id'),
    })
  })
})

describe('bad input', () => {
  it.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['nothing', '', 400],
    ['a NUL', '{"namespace":["a\\u0000"]}', 400],
    ['deep nesting', `{"namespace":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 400],
    ['4 MB', `{"namespace":["a"],"properties":{"a":"${'x'.repeat(4_000_000)}"}}`, 413],
  ])('%s is refused', async (_, body, status) => {
    const answer = await rest.call('POST', namespaces, { body })
    expect(errorOf(answer)).toEqual([status, 'BadRequestException'])
  })

  it('1 MB of properties is taken', async () => {
    expect((await create(['large'], { a: 'x'.repeat(1_000_000) })).status).toBe(200)
  })

  it('says what is served', async () => {
    expect(errorOf(await rest.call('GET', '/v1/firn/nothing'))).toEqual([404, 'NotFoundException'])
    const answer = await rest.call('PUT', namespaces, { body: {} })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, POST')
  })
})
