import { afterEach, describe, expect, it } from 'vitest'
import { MemoryFileIO } from '../../test-support/memory-file-io.ts'
import { type SeenRequest, type StubAnswer, startStubServer } from '../../test-support/rest-server.ts'
import type { RestCredential } from './access-token.ts'
import { openRestCatalog, type RestCatalog, type RestCatalogOptions } from './rest-catalog.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Answers = (request: SeenRequest, seen: readonly SeenRequest[]) => StubAnswer | Promise<StubAnswer>

/** A server whose /v1/config is empty unless `answers` says something else. */
async function serve(answers: Answers) {
  const server = await startStubServer(answers)
  closing.push(server.close)
  return server
}

const config = (request: SeenRequest): boolean => request.url.startsWith('/v1/config')
const open = (uri: string, options: Partial<RestCatalogOptions> = {}): Promise<RestCatalog> =>
  openRestCatalog({
    name: 'lake',
    uri,
    credential: { kind: 'none' },
    openFileIO: () => new MemoryFileIO(),
    patience: { attempts: 3, timeoutMs: 2_000 },
    ...options,
  })

const oauth: RestCredential = { kind: 'oauth', clientId: 'firn', clientSecret: 'very-secret-words' }

describe('the handshake', () => {
  it('asks for the warehouse; overrides win over defaults, and the prefix stands in every path', async () => {
    const server = await serve((request) =>
      config(request)
        ? { body: { defaults: { prefix: 'wrong' }, overrides: { prefix: 'ware house/1' } } }
        : { body: { namespaces: [] } },
    )
    const catalog = await open(`${server.uri}/`, { warehouse: 'a b' })
    await catalog.listNamespaceLevels()
    expect(server.seen.map((one) => one.url)).toEqual([
      '/v1/config?warehouse=a+b',
      '/v1/ware%20house/1/namespaces?pageToken=',
    ])
  })

  it('refuses an endpoint that the server does not declare without asking it', async () => {
    const server = await serve(() => ({
      body: { defaults: {}, overrides: {}, endpoints: ['GET /v1/{prefix}/namespaces'] },
    }))
    const catalog = await open(server.uri)
    await expect(catalog.createNamespace(['a'])).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('POST /v1/{prefix}/namespaces'),
    })
    expect(server.seen).toHaveLength(1)
  })

  it('says what is wrong with an address that is no catalog', async () => {
    const html = await serve(() => ({ headers: { 'content-type': 'text/html' }, body: '<html>' }))
    await expect(open(html.uri)).rejects.toMatchObject({ code: 'corrupt', message: /base address/ })
    const nothing = await serve(() => ({ status: 404 }))
    await expect(open(nothing.uri, { warehouse: 'x' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('warehouse "x"'),
    })
    const moved = await serve(() => ({ status: 308, headers: { location: 'http://127.0.0.1:1/' } }))
    await expect(open(moved.uri)).rejects.toMatchObject({ code: 'bad-input', message: /redirect/ })
    await nothing.close()
    await expect(open(nothing.uri)).rejects.toMatchObject({ code: 'unavailable', message: /ECONNREFUSED/ })
    for (const uri of ['ftp://x', 'http://user:word@x', 'http://x?token=1', 'x']) {
      await expect(open(uri)).rejects.toMatchObject({ code: 'bad-input' })
    }
  })
})

describe('namespaces and lists', () => {
  it('joins levels by U+001F, or by what the server says, and follows all pages', async () => {
    const answers =
      (overrides: Record<string, string>): Answers =>
      (request) => {
        if (config(request)) return { body: { overrides } }
        const token = new URLSearchParams(request.url.split('?')[1]).get('pageToken')
        return token === 'two'
          ? { body: { namespaces: [['a.b', 'y']] } }
          : { body: { namespaces: [['a.b', 'x']], 'next-page-token': 'two' } }
      }
    const server = await serve(answers({}))
    expect(await (await open(server.uri)).listNamespaceLevels(['a.b', '서울'])).toEqual([
      ['a.b', 'x'],
      ['a.b', 'y'],
    ])
    expect(server.seen[1]?.url).toBe('/v1/namespaces?parent=a.b%1F%EC%84%9C%EC%9A%B8&pageToken=')
    const other = await serve(answers({ 'namespace-separator': '%2E' }))
    await (await open(other.uri)).listNamespaceLevels(['a', 'b'])
    expect(other.seen[1]?.url).toContain('parent=a.b&')
  })
})

describe('sign-in', () => {
  const tokens = (request: SeenRequest) => request.url === '/v1/oauth/tokens'

  it('gets a token by client credentials, shares it, and takes a new one when it is refused', async () => {
    let given = 0
    const server = await serve((request) => {
      if (tokens(request)) {
        given += 1
        return { body: { access_token: `token-${given}`, token_type: 'bearer', expires_in: 3600 } }
      }
      if (config(request)) return { body: {} }
      return request.headers.authorization === 'Bearer token-1'
        ? { status: 401, body: { error: { message: 'expired', type: 'NotAuthorizedException', code: 401 } } }
        : { body: { namespaces: [['a']] } }
    })
    const catalog = await open(server.uri, { credential: oauth })
    expect(await catalog.listNamespaceLevels()).toEqual([['a']])
    await Promise.all([catalog.listNamespaceLevels(), catalog.listNamespaceLevels()])
    expect(given).toBe(2)
    expect(new URLSearchParams(server.seen[0]?.body).get('client_secret')).toBe('very-secret-words')
    expect(server.seen[0]?.url).toBe('/v1/oauth/tokens')
  })

  it('renews a token before it ends', async () => {
    let given = 0
    const server = await serve((request) => {
      if (!tokens(request)) return { body: { namespaces: [] } }
      given += 1
      // Four fifths of this life are over at once.
      return { body: { access_token: `token-${given}`, token_type: 'Bearer', expires_in: 0.001 } }
    })
    const catalog = await open(server.uri, { credential: oauth })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await catalog.listNamespaceLevels()
    expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer token-2')
  })

  it('names a refused credential and never shows it, also where the server repeats it', async () => {
    const server = await serve((request) =>
      tokens(request)
        ? {
            status: 400,
            body: { error: 'invalid_client', error_description: `no client has very-secret-words` },
          }
        : { body: {} },
    )
    const error = await open(server.uri, { credential: oauth }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('answered 400 (invalid_client'),
    })
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('very-secret-words')
    expect(server.seen).toHaveLength(1)

    const bearer = await serve(() => ({ status: 401, body: { error: { message: 'bad token my-token' } } }))
    const refused = await open(bearer.uri, { credential: { kind: 'bearer', token: 'my-token' } }).catch(
      (thrown: unknown) => thrown,
    )
    expect(refused).toMatchObject({ code: 'forbidden' })
    expect(String(refused)).not.toContain('my-token')
  })
})

describe('repetition', () => {
  const busy = { status: 503, headers: { 'retry-after': '0' } }

  it('repeats reads after lost connections and overload', async () => {
    const server = await serve((request, seen) => {
      if (config(request)) return { body: {} }
      return seen.length === 2 ? 'drop' : seen.length === 3 ? busy : { body: { namespaces: [['a']] } }
    })
    expect(await (await open(server.uri)).listNamespaceLevels()).toEqual([['a']])
    expect(server.seen).toHaveLength(4)
  })

  it('sends a change again only when it cannot have had an effect', async () => {
    let answer: StubAnswer = 'drop'
    const server = await serve((request, seen) => {
      if (config(request)) return { body: {} }
      if (seen.length === 2) return answer
      return { body: { namespace: ['a'], properties: {} } }
    })
    const catalog = await open(server.uri)
    await expect(catalog.createNamespace(['a'])).rejects.toMatchObject({
      code: 'commit-state-unknown',
      message: /look before doing it again/,
    })
    expect(server.seen).toHaveLength(2)

    server.seen.length = 1
    answer = { status: 500, body: { error: { message: 'oops', stack: ['secret.java:1'] } } }
    const failed = await catalog.createNamespace(['a']).catch((thrown: unknown) => thrown)
    expect(failed).toMatchObject({ code: 'commit-state-unknown' })
    expect(String(failed)).not.toContain('secret.java')

    server.seen.length = 1
    answer = busy
    expect(await catalog.createNamespace(['a'])).toEqual({ levels: ['a'], properties: {} })
    expect(server.seen).toHaveLength(3)
  })

  it('gives up on a server that is silent', async () => {
    const server = await serve((request) => (config(request) ? { body: {} } : new Promise(() => {})))
    const catalog = await open(server.uri, { patience: { attempts: 1, timeoutMs: 100 } })
    await expect(catalog.listNamespaceLevels()).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining('100 ms'),
    })
  })
})

it('maps the statuses of the protocol to codes', async () => {
  let status = 0
  const server = await serve((request) =>
    config(request) ? { body: {} } : { status, body: { error: { message: 'why', type: 'T', code: status } } },
  )
  const catalog = await open(server.uri)
  const codes: [number, string][] = [
    [400, 'bad-input'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [406, 'unsupported'],
    [409, 'already-exists'],
    [419, 'forbidden'],
    [422, 'bad-input'],
  ]
  for (const [given, code] of codes) {
    status = given
    await expect(catalog.createNamespace(['a']), String(given)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('T: why'),
    })
  }
})
