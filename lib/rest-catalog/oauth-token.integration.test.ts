import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgetTokens, revokeApiToken } from '#lib/auth/api-token.ts'
import { signAccessToken } from '#lib/auth/oauth/access-token.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'

let test: RestWorkspace
let client: { id: string; secret: string }

beforeAll(async () => {
  test = await createRestWorkspace()
  client = await test.newToken('viewer')
})
afterAll(() => test.close())

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  test.call('POST', '/v1/oauth/tokens', { form, headers })
const credentials = (of = client) => ({
  grant_type: 'client_credentials',
  client_id: of.id,
  client_secret: of.secret,
})
const exchange = (subject: string) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: subject,
  subject_token_type: accessTokenType,
})
const accessTokenOf = (answer: { body: unknown }) =>
  String((answer.body as { access_token: string }).access_token)
const statusWith = async (token: string) => (await test.call('GET', '/v1/config', { token })).status
const refused = (status: number, error: string) => ({
  status,
  body: { error, error_description: expect.any(String) },
})

describe('the token endpoint', () => {
  it('gives an access token for the id and secret of an API token', async () => {
    const answer = await ask({ ...credentials(), scope: 'catalog' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^firna_/),
        token_type: 'bearer',
        expires_in: 3600,
        issued_token_type: accessTokenType,
        scope: 'catalog',
      },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await statusWith(accessTokenOf(answer))).toBe(200)
  })

  it('takes them from a Basic header, and the secret alone', async () => {
    const basic = Buffer.from(`${client.id}:${encodeURIComponent(client.secret)}`).toString('base64')
    const grant = { grant_type: 'client_credentials' }
    expect(await ask(grant, { authorization: `Basic ${basic}` })).toMatchObject({ status: 200 })
    expect(await ask({ ...grant, client_secret: client.secret })).toMatchObject({ status: 200 })
  })

  it('renews an access token', async () => {
    const first = accessTokenOf(await ask(credentials()))
    const second = await ask(exchange(first), { authorization: `Bearer ${first}` })
    expect(second).toMatchObject({ status: 200 })
    expect(await statusWith(accessTokenOf(second))).toBe(200)
  })

  it("refuses in OAuth's own words", async () => {
    const other = await test.newToken('viewer')
    expect(await ask({ ...credentials(), client_secret: 'firn_wrong' })).toMatchObject(
      refused(401, 'invalid_client'),
    )
    expect(await ask({ ...credentials(), client_id: other.id })).toMatchObject(refused(401, 'invalid_client'))
    expect(await ask({ grant_type: 'client_credentials' })).toMatchObject(refused(400, 'invalid_request'))
    expect(await ask({})).toMatchObject(refused(400, 'invalid_request'))
    expect(await ask({ grant_type: 'password' })).toMatchObject(refused(400, 'unsupported_grant_type'))
    expect(await ask(exchange('firna_wrong'))).toMatchObject(refused(400, 'invalid_grant'))
    expect(await ask({ ...credentials(), scope: 'x'.repeat(30_000) })).toMatchObject(
      refused(400, 'invalid_request'),
    )
    expect(await test.call('POST', '/v1/oauth/tokens', { body: credentials() })).toMatchObject(
      refused(400, 'invalid_request'),
    )
  })
})

describe('an access token', () => {
  it('that has ended asks to be renewed, and cannot be renewed by itself', async () => {
    const token = signAccessToken({ tokenId: client.id, expiresAt: Date.now() - 1 })
    expect(await test.call('GET', '/v1/config', { token })).toMatchObject({
      status: 419,
      body: { error: { code: 419, type: 'AuthenticationTimeoutException' } },
    })
    expect(await ask(exchange(token))).toMatchObject(refused(400, 'invalid_grant'))
  })

  it('has the role of its API token', async () => {
    const token = accessTokenOf(await ask(credentials()))
    const body = { namespace: ['mine'] }
    expect(await test.call('POST', '/v1/firn/namespaces', { token, body })).toMatchObject({ status: 403 })
  })

  it('ends when its API token is revoked', async () => {
    const short = await test.newToken('viewer')
    const token = accessTokenOf(await ask(credentials(short)))
    expect(await statusWith(token)).toBe(200)
    await revokeApiToken(short.id)
    expect(await statusWith(token)).toBe(401)
    expect(await ask(exchange(token))).toMatchObject(refused(400, 'invalid_grant'))
    expect(await ask(credentials(short))).toMatchObject(refused(401, 'invalid_client'))
  })

  it('lives no longer than its API token', async () => {
    const short = await test.newToken('viewer')
    await test.db.apiToken.update({
      where: { id: short.id },
      data: { expiresAt: new Date(Date.now() + 60_000) },
    })
    const { expires_in } = (await ask(credentials(short))).body as { expires_in: number }
    expect(expires_in).toBeLessThanOrEqual(60)
    const token = accessTokenOf(await ask(credentials(short)))
    await test.db.apiToken.update({ where: { id: short.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    forgetTokens()
    expect(await statusWith(token)).toBe(401)
  })
})
