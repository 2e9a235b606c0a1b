import { get, type IncomingHttpHeaders } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'

let rest: RestWorkspace

beforeAll(async () => {
  rest = await createRestWorkspace()
  await rest.call('POST', '/v1/firn/namespaces', { body: { namespace: ['n'] } })
  const schema = { type: 'struct', fields: [{ id: 1, name: 'id', required: true, type: 'long' }] }
  for (const [name, length] of [
    ['small', 10],
    ['large', 100_000],
  ] as const) {
    const body = { name, schema, properties: { note: 'x'.repeat(length) } }
    expect((await rest.call('POST', '/v1/firn/namespaces/n/tables', { body })).status).toBe(200)
  }
})
afterAll(() => rest.close())

/** As an engine sends it, which fetch does not let us. */
function load(address: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const options = { headers: { authorization: `Bearer ${rest.tokens.viewer}`, ...headers } }
      get(`${rest.server.url}${address}`, options, async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
      }).on('error', reject)
    },
  )
}

it('compresses large answers for those who take it', async () => {
  const large = '/v1/firn/namespaces/n/tables/large'
  const zipped = await load(large, { 'accept-encoding': 'gzip, deflate' })
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
  expect(zipped.body.length).toBeLessThan(10_000)
  const plain = await load(large, {})
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(gunzipSync(zipped.body)).toEqual(plain.body)
  const small = await load('/v1/firn/namespaces/n/tables/small', { 'accept-encoding': 'gzip' })
  expect(small.headers['content-encoding']).toBeUndefined()
})

it('answers whatever the Host header and the address are', async () => {
  expect((await load('/v1/firn/namespaces', { host: 'a b"<' })).status).toBe(200)
  expect((await load('/v1/firn/namespaces/%E0%A4%A/tables', {})).status).toBe(400)
  expect((await load('/v1/firn//..//?#', {})).status).toBe(404)
})
