import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { forgetTokens } from '#lib/auth/api-token.ts'
import { callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as me from '../me/route.ts'
import * as token from './[id]/route.ts'
import * as tokens from './route.ts'

let test: TestDatabase
const cookies = { viewer: '', engineer: '', admin: '' }

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  for (const role of ['viewer', 'engineer', 'admin'] as const) cookies[role] = (await signInAs(role)).cookie
})
afterAll(() => test.drop())

const CreatedSchema = z.object({ token: z.object({ id: z.uuid(), prefix: z.string() }), secret: z.string() })

async function make(by: { cookie?: string; token?: string }, body: object) {
  const answer = await callRoute(tokens.POST, { ...by, body })
  expect(answer.status).toBe(201)
  return CreatedSchema.parse(answer.body)
}

describe('a token', () => {
  it('works as its role; its secret is shown once and kept as a hash only', async () => {
    const { secret, token: made } = await make({ cookie: cookies.engineer }, { name: 'ci', role: 'viewer' })
    expect(secret).toMatch(/^firn_[\w-]{43}$/)
    expect((await callRoute(me.GET, { token: secret })).body).toMatchObject({
      type: 'token',
      name: 'ci',
      role: 'viewer',
    })
    const list = await callRoute(tokens.GET, { cookie: cookies.engineer })
    expect(list.body).toMatchObject({
      items: [{ id: made.id, state: 'active', createdBy: { name: 'A engineer' } }],
    })
    expect(JSON.stringify(list.body)).not.toContain(secret.slice(12))
    const row = await test.db.apiToken.findUniqueOrThrow({ where: { id: made.id } })
    expect(JSON.stringify(row)).not.toContain(secret.slice(12))
    expect(row.lastUsedAt).not.toBeNull()
    expect(JSON.stringify(await test.db.auditEvent.findMany())).not.toContain(secret.slice(12))
  })

  it('needs no Origin for a change', async () => {
    const { secret } = await make({ cookie: cookies.engineer }, { name: 'maker', role: 'engineer' })
    await make({ token: secret }, { name: 'made', role: 'viewer' })
  })

  it('can do no more than its maker', async () => {
    const body = { name: 'more', role: 'admin' }
    expect((await callRoute(tokens.POST, { cookie: cookies.engineer, body })).status).toBe(403)
  })

  it('that is revoked is out at once, and so is what it made', async () => {
    const parent = await make({ cookie: cookies.admin }, { name: 'parent', role: 'engineer' })
    const child = await make({ token: parent.secret }, { name: 'child', role: 'engineer' })
    expect((await callRoute(me.GET, { token: child.secret })).status).toBe(200)
    const params = { id: parent.token.id }
    expect((await callRoute(token.DELETE, { cookie: cookies.admin, params })).status).toBe(204)
    expect((await callRoute(me.GET, { token: parent.secret })).status).toBe(401)
    expect((await callRoute(me.GET, { token: child.secret })).status).toBe(401)
    expect((await callRoute(token.DELETE, { cookie: cookies.admin, params })).status).toBe(404)
  })

  it('ends at its time', async () => {
    const { secret, token: made } = await make(
      { cookie: cookies.viewer },
      { name: 'short', role: 'viewer', expiresInDays: 1 },
    )
    expect((await callRoute(me.GET, { token: secret })).status).toBe(200)
    await test.db.apiToken.update({ where: { id: made.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    forgetTokens()
    expect((await callRoute(me.GET, { token: secret })).status).toBe(401)
    const expired = await callRoute(tokens.GET, { cookie: cookies.viewer, query: { state: 'expired' } })
    expect(expired.body).toMatchObject({ items: [{ id: made.id, state: 'expired' }] })
  })

  it('of somebody else is neither seen nor revoked, but by an admin', async () => {
    const { token: made } = await make({ cookie: cookies.engineer }, { name: 'private', role: 'viewer' })
    const params = { id: made.id }
    const query = { filter: 'private' }
    expect((await callRoute(tokens.GET, { cookie: cookies.viewer, query })).body).toMatchObject({ items: [] })
    expect((await callRoute(token.DELETE, { cookie: cookies.viewer, params })).status).toBe(404)
    expect((await callRoute(tokens.GET, { cookie: cookies.admin, query })).body).toMatchObject({
      items: [{ id: made.id }],
    })
    expect((await callRoute(token.DELETE, { cookie: cookies.admin, params })).status).toBe(204)
  })
})
