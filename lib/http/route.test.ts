import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { contract } from './contract.ts'
import { type RouteHandler, route } from './route.ts'

// Several tests make handlers fail on purpose.
process.env.LOG_LEVEL = 'silent'

const base = { path: '/api/v1/things/{id}', role: 'public', summary: 'A thing', tags: ['test'] } as const

const call = (handler: RouteHandler, init: RequestInit = {}, query = '', params: unknown = { id: '7' }) =>
  handler(new Request(`http://127.0.0.1:3000/api/v1/things/7${query}`, init), {
    params: Promise.resolve(params),
  })

const get = contract({
  ...base,
  method: 'GET',
  params: z.object({ id: z.string().regex(/^\d+$/) }),
  query: z.object({
    limit: z.coerce.number().int().max(10).default(5),
    tag: z.union([z.string(), z.array(z.string())]).optional(),
  }),
  response: z.object({ id: z.string(), at: z.iso.datetime(), query: z.unknown() }),
})

describe('route', () => {
  it('parses params and query, prints 64-bit integers and times as strings', async () => {
    const GET = route(get, ({ params, query }) => ({
      id: 2n ** 63n - 1n,
      at: new Date(0),
      query: { ...query, params },
    }))
    const response = await call(GET, {}, '?limit=3&tag=a&tag=b')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({
      id: '9223372036854775807',
      at: '1970-01-01T00:00:00.000Z',
      query: { limit: 3, tag: ['a', 'b'], params: { id: '7' } },
    })
  })

  it('answers bad input with a problem document that names each field', async () => {
    const GET = route(get, () => {
      throw new Error('not reached')
    })
    const response = await call(GET, { headers: { 'x-request-id': 'from-the-proxy' } }, '?limit=99', {
      id: 'x',
    })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(response.headers.get('x-request-id')).toBe('from-the-proxy')
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'bad-input',
      requestId: 'from-the-proxy',
      errors: [{ path: 'params.id' }],
    })
    const query = await call(GET, {}, '?limit=99')
    expect(await query.json()).toMatchObject({ errors: [{ path: 'query.limit' }] })
  })

  it('makes a request id of its own when the given one is odd', async () => {
    const GET = route(get, () => ({ id: '1', at: new Date(), query: null }))
    const response = await call(GET, { headers: { 'x-request-id': '<script>' } })
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })

  it('shows the user message and context of an AppError, and nothing of any other error', async () => {
    const known = route(get, () => {
      throw new AppError('conflict', 'internal words', {
        userMessage: 'Read again.',
        context: { snapshotId: 5n },
        retryable: true,
      })
    })
    const problem = await call(known)
    expect(problem.status).toBe(409)
    expect(await problem.json()).toMatchObject({
      detail: 'Read again.',
      retryable: true,
      context: { snapshotId: '5' },
    })
    const unknown = route(get, () => {
      throw new Error('password=hunter2 at /srv/secret.ts')
    })
    const internal = await call(unknown)
    expect(internal.status).toBe(500)
    const text = await internal.text()
    expect(text).not.toContain('hunter2')
    expect(text).toContain(internal.headers.get('x-request-id') ?? 'no id')
  })

  it('refuses an answer that does not fit its contract, or that has more fields than it', async () => {
    const wrong = route(get, () => ({ id: '1', at: 'yesterday', query: null }))
    expect((await call(wrong)).status).toBe(500)
    const row = { id: '1', at: new Date(), query: null, hash: 'secret' }
    const more = await call(route(get, () => row))
    expect(more.status).toBe(500)
    expect((await more.json()).detail).toContain('hash')
  })

  it('passes a Response of the handler through, with the request id on it', async () => {
    const GET = route(get, () => new Response('a,b', { headers: { 'content-type': 'text/csv' } }))
    const response = await call(GET)
    expect(await response.text()).toBe('a,b')
    expect(response.headers.get('x-request-id')).toBeTruthy()
  })

  it('takes immutable responses such as redirects', async () => {
    const response = await call(route(get, () => Response.redirect('http://127.0.0.1:3000/x')))
    expect(response.status).toBe(302)
  })
})

describe('a body', () => {
  const body = z.object({ big: z.union([z.bigint(), z.number()]) })
  const GET = route(
    // A read with a body: no audit row, so this test needs no database.
    contract({ ...base, method: 'GET', body, response: z.object({ big: z.string() }) }),
    ({ body: { big } }) => ({ big: big.toString() }),
  )
  const post = (text: BodyInit, headers: HeadersInit = { 'content-type': 'application/json' }) =>
    call(GET, { method: 'POST', body: text, headers })

  it('keeps integers beyond 2^53', async () => {
    expect(await (await post('{"big":9007199254740993}')).json()).toEqual({ big: '9007199254740993' })
  })

  it('must be JSON', async () => {
    expect((await post('big=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await post('{"big":')).status).toBe(400)
    expect((await post(Uint8Array.of(0x22, 0xff, 0x22))).status).toBe(400)
  })

  it('must be there and fit', async () => {
    expect((await post('')).status).toBe(400)
    expect((await post('[]')).status).toBe(400)
  })

  it('must be small, whether or not it says how long it is', async () => {
    const huge = 'x'.repeat(1_000_001)
    expect((await post(JSON.stringify({ huge }))).status).toBe(413)
    const stream = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 20; chunk++) controller.enqueue(new Uint8Array(100_000))
        controller.close()
      },
    })
    const init = {
      method: 'POST',
      body: stream,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    }
    expect((await call(GET, init as RequestInit)).status).toBe(413)
  })
})

describe('characters that Postgres keeps not', () => {
  it('are refused in the address and in the body', async () => {
    expect(
      (
        await call(
          route(get, () => new Response()),
          {},
          '?tag=a%00b',
        )
      ).status,
    ).toBe(400)
    const body = contract({ ...base, method: 'GET', body: z.unknown(), response: z.unknown() })
    const init = { method: 'POST', body: '{"a":"\\u0000"}', headers: { 'content-type': 'application/json' } }
    expect(
      (
        await call(
          route(body, () => new Response()),
          init,
        )
      ).status,
    ).toBe(400)
  })
})

describe('sign-in', () => {
  const signedIn = route({ ...get, role: 'viewer' }, () => ({ id: '1', at: new Date(), query: null }))

  it('is asked for', async () => {
    const response = await call(signedIn)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
  })

  it('does not take another scheme or a token of another shape', async () => {
    expect((await call(signedIn, { headers: { authorization: 'Basic YTpi' } })).status).toBe(401)
    expect((await call(signedIn, { headers: { authorization: 'Bearer hello' } })).status).toBe(401)
  })

  it.each([
    ['{"a":"\\ud83d\\ude00"}', 204],
    ['{"a":"\\\\ud83d"}', 204],
    ['{"a":["\\ud83d"]}', 400],
    ['{"\\ude00":1}', 400],
  ])('answers %s, in which half a character may be, with %i', async (text, status) => {
    const body = contract({ ...base, method: 'GET', body: z.unknown(), response: z.undefined(), status: 204 })
    const init = { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }
    expect(
      (
        await call(
          route(body, async () => {}),
          init,
        )
      ).status,
    ).toBe(status)
  })
})
