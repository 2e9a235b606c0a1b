import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { handleAuthRequest } from '#lib/auth/handle-auth-request.ts'
import { createApiToken } from '#lib/auth/provision.ts'
import { callRoute, cookieOf, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as audit from '../audit/route.ts'
import * as me from '../me/route.ts'
import * as user from './[id]/route.ts'
import * as link from './[id]/sign-in-link/route.ts'
import * as users from './route.ts'

let test: TestDatabase
let admin: { userId: string; cookie: string }

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  admin = await signInAs('admin')
})
afterAll(() => test.drop())

const CreatedSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), role: z.string() }),
  signInLink: z.object({ url: z.url() }),
})
const PageSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), email: z.string() })),
  nextCursor: z.string().nullable(),
})

async function add(email: string, role = 'viewer', name = 'Somebody') {
  const { status, body } = await callRoute(users.POST, { cookie: admin.cookie, body: { email, name, role } })
  expect(status).toBe(201)
  const { user: person, signInLink } = CreatedSchema.parse(body)
  const signedIn = await handleAuthRequest(new Request(signInLink.url))
  return { id: person.id, cookie: cookieOf(signedIn) }
}

describe('people', () => {
  it('are added with a link that signs them in, once each', async () => {
    const { cookie } = await add('new@example.test', 'engineer')
    expect((await callRoute(me.GET, { cookie })).body).toMatchObject({
      role: 'engineer',
      email: 'new@example.test',
    })
    const again = { email: 'NEW@example.test', name: 'New', role: 'viewer' }
    expect((await callRoute(users.POST, { cookie: admin.cookie, body: again })).status).toBe(409)
    expect((await callRoute(users.POST, { cookie, body: again })).status).toBe(403)
  })

  it('are listed by pages, each once, and filtered', async () => {
    for (let n = 0; n < 5; n++)
      await test.db.user.create({ data: { id: `p${n}`, name: 'Same name', email: `p${n}@page.test` } })
    const seen: string[] = []
    let cursor = ''
    do {
      const query = { limit: '2', filter: 'page.test', ...(cursor ? { cursor } : {}) }
      const { body } = await callRoute(users.GET, { cookie: admin.cookie, query })
      const page = PageSchema.parse(body)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? ''
    } while (cursor)
    expect(seen).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
    const newest = await callRoute(users.GET, {
      cookie: admin.cookie,
      query: { sort: '-createdAt', filter: 'page.test' },
    })
    expect(PageSchema.parse(newest.body).items[0]?.id).toBe('p4')
    const odd = await callRoute(users.GET, { cookie: admin.cookie, query: { sort: 'password' } })
    expect(odd.status).toBe(400)
  })

  it('lose their role at once, and their tokens with it', async () => {
    const { id, cookie } = await add('falls@example.test', 'admin')
    const { secret } = await createApiToken({ name: 'theirs', role: 'admin', createdBy: id })
    expect((await callRoute(users.GET, { cookie })).status).toBe(200)
    expect((await callRoute(users.GET, { token: secret })).status).toBe(200)
    const change = { cookie: admin.cookie, params: { id }, body: { role: 'viewer' } }
    expect((await callRoute(user.PATCH, change)).body).toMatchObject({ role: 'viewer' })
    expect((await callRoute(users.GET, { cookie })).status).toBe(403)
    expect((await callRoute(users.GET, { token: secret })).status).toBe(403)
  })

  it('who are banned are out at once, and may come back', async () => {
    const { id, cookie } = await add('out@example.test')
    const { secret } = await createApiToken({ name: 'theirs', role: 'viewer', createdBy: id })
    expect((await callRoute(me.GET, { token: secret })).status).toBe(200)
    const patch = (body: unknown) => callRoute(user.PATCH, { cookie: admin.cookie, params: { id }, body })
    expect((await patch({ banned: true, banReason: 'left' })).body).toMatchObject({
      banned: true,
      banReason: 'left',
    })
    expect((await callRoute(me.GET, { cookie })).status).toBe(401)
    expect((await callRoute(me.GET, { token: secret })).status).toBe(401)
    expect((await patch({ banned: false })).body).toMatchObject({ banned: false, banReason: null })
    expect((await callRoute(me.GET, { token: secret })).status).toBe(200)
  })

  it('who are removed leave no session and no token behind', async () => {
    const { id, cookie } = await add('gone@example.test')
    const { secret } = await createApiToken({ name: 'theirs', role: 'viewer', createdBy: id })
    expect((await callRoute(user.DELETE, { cookie: admin.cookie, params: { id } })).status).toBe(204)
    expect((await callRoute(me.GET, { cookie })).status).toBe(401)
    expect((await callRoute(me.GET, { token: secret })).status).toBe(401)
    expect((await callRoute(user.GET, { cookie: admin.cookie, params: { id } })).status).toBe(404)
  })

  it('who forgot their password get a link, and set a new one', async () => {
    const { id, cookie } = await add('forgot@example.test')
    await test.db.account.create({
      data: { id: 'a', accountId: id, providerId: 'credential', userId: id, password: 'x' },
    })
    const call = { cookie: admin.cookie, params: { id }, body: { resetPassword: true } }
    const { status, body } = await callRoute(link.POST, call)
    expect(status).toBe(201)
    expect((await callRoute(me.GET, { cookie })).status).toBe(401)
    const signedIn = await handleAuthRequest(new Request(z.object({ url: z.url() }).parse(body).url))
    expect((await callRoute(me.GET, { cookie: cookieOf(signedIn) })).body).toMatchObject({
      hasPassword: false,
    })
  })
})

describe('the last admin', () => {
  it('stays, by whatever way', async () => {
    const { cookie, userId: id } = admin
    const others = { role: 'admin', NOT: { id } }
    await test.db.user.updateMany({ where: others, data: { role: 'viewer' } })
    const params = { id }
    expect((await callRoute(user.PATCH, { cookie, params, body: { role: 'viewer' } })).status).toBe(409)
    expect((await callRoute(user.PATCH, { cookie, params, body: { banned: true } })).status).toBe(409)
    expect((await callRoute(user.DELETE, { cookie, params })).status).toBe(409)
    const { secret } = await createApiToken({ name: 'script', role: 'admin', createdBy: 'system:test' })
    expect((await callRoute(user.DELETE, { token: secret, params })).status).toBe(409)
    expect(await test.db.user.count({ where: { role: 'admin' } })).toBe(1)
  })

  it('stays when two admins demote each other at once', async () => {
    const other = await add('other-admin@example.test', 'admin')
    const body = { role: 'viewer' }
    const results = await Promise.all([
      callRoute(user.PATCH, { cookie: admin.cookie, params: { id: other.id }, body }),
      callRoute(user.PATCH, { cookie: other.cookie, params: { id: admin.userId }, body }),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await test.db.user.count({ where: { role: 'admin' } })).toBe(1)
    await test.db.user.update({ where: { id: admin.userId }, data: { role: 'admin' } })
  })
})

describe('the audit trail', () => {
  it('has each change with who, what and the request id, and no refused one', async () => {
    const { secret } = await createApiToken({ name: 'auditor', role: 'admin', createdBy: 'system:test' })
    const params = { id: admin.userId }
    const headers = { 'x-request-id': 'audit-test-1', 'x-forwarded-for': '192.0.2.7, 10.0.0.1' }
    await callRoute(user.PATCH, { token: secret, params, headers, body: { name: 'Renamed' } })
    await callRoute(user.PATCH, { token: secret, params: { id: 'nobody' }, headers, body: { name: 'X' } })
    const rows = await test.db.auditEvent.findMany({ where: { requestId: 'audit-test-1' } })
    expect(rows).toMatchObject([
      {
        actorType: 'token',
        actorName: 'auditor',
        action: 'user.update',
        subject: `user:${admin.userId}`,
        address: '192.0.2.7',
        details: { name: 'Renamed' },
      },
    ])

    const found = await callRoute(audit.GET, { token: secret, query: { action: 'user.', limit: '3' } })
    expect(found.body).toMatchObject({
      items: [{ action: 'user.update', requestId: 'audit-test-1' }, {}, {}],
    })
    const sheet = await callRoute(audit.GET, { token: secret, query: { format: 'csv', filter: 'auditor' } })
    expect(sheet.headers.get('content-type')).toContain('text/csv')
    expect(sheet.body).toContain('audit-test-1')
  })
})
