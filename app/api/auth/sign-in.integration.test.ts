import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgetSessions } from '#lib/auth/authenticate.ts'
import { createSignInLink } from '#lib/auth/provision.ts'
import { type Database, openDatabase } from '#lib/db.ts'
import { callRoute, cookieOf, signInAs } from '../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../e2e/harness/database.ts'
import * as password from '../v1/me/password/route.ts'
import * as me from '../v1/me/route.ts'
import { GET, POST } from './[...all]/route.ts'

const origin = 'http://127.0.0.1:3000'
const good = 'correct horse battery'

let test: TestDatabase
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  POST(
    new Request(`${origin}/api/auth${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', origin, ...headers },
    }),
  )

const audited = (action: string) => test.db.auditEvent.findMany({ where: { action } })

describe('a sign-in link', () => {
  it('makes the person, signs them in, leads to the overview, and works once', async () => {
    const { url } = await createSignInLink({ email: 'First@Example.test', name: 'First', role: 'admin' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3000\//)

    const first = await GET(new Request(url))
    expect(first.status).toBe(302)
    expect(new URL(first.headers.get('location') ?? '', origin).href).toBe(`${origin}/`)
    const [line] = first.headers.getSetCookie()
    expect(line).toMatch(/^firn\.session_token=.*HttpOnly.*SameSite=Lax/i)
    const { body } = await callRoute(me.GET, { cookie: cookieOf(first) })
    expect(body).toMatchObject({ email: 'first@example.test', role: 'admin', hasPassword: false })

    const second = await GET(new Request(url))
    expect(second.status).toBe(302)
    expect(new URL(second.headers.get('location') ?? '', origin).pathname).toBe('/sign-in/link-used')
    expect(cookieOf(second)).not.toContain('session_token=')
    expect(await audited('session.create-by-link')).toHaveLength(1)
  })

  it('opens one session only, however many use it at once', async () => {
    const { url } = await createSignInLink({ email: 'race@example.test', name: 'Race', role: 'viewer' })
    const responses = await Promise.all(Array.from({ length: 5 }, () => GET(new Request(url))))
    expect(responses.filter((response) => cookieOf(response).includes('session_token=')).length).toBe(1)
    expect(await test.db.session.count({ where: { user: { email: 'race@example.test' } } })).toBe(1)
  })

  it('ends at its time', async () => {
    const { url } = await createSignInLink({
      email: 'late@example.test',
      name: 'Late',
      role: 'viewer',
      expiresInSeconds: -1,
    })
    const response = await GET(new Request(url))
    expect(response.headers.get('location')).toContain('/sign-in/link-used')
    expect(cookieOf(response)).not.toContain('session_token=')
  })

  it('is not used up by a HEAD request of a link preview', async () => {
    const { url } = await createSignInLink({ email: 'head@example.test', name: 'Head', role: 'viewer' })
    expect((await GET(new Request(url, { method: 'HEAD' }))).status).toBe(404)
    expect((await GET(new Request(url))).headers.getSetCookie()[0]).toContain('session_token')
  })

  it('leads nowhere else', async () => {
    const { url } = await createSignInLink({ email: 'away@example.test', name: 'Away', role: 'viewer' })
    const away = new URL(url)
    away.searchParams.set('callbackURL', 'https://evil.example/')
    const response = await GET(new Request(away))
    expect(new URL(response.headers.get('location') ?? '', origin).href).toBe(`${origin}/`)
  })

  it('does not let a banned person in', async () => {
    const { url } = await createSignInLink({ email: 'banned@example.test', name: 'Banned', role: 'viewer' })
    await test.db.user.update({ where: { email: 'banned@example.test' }, data: { banned: true } })
    const response = await GET(new Request(url))
    expect(cookieOf(response)).not.toContain('session_token=')
    expect(response.headers.get('location')).toContain('/sign-in/link-used')
  })
})

describe('a password', () => {
  it('is set after the link, signs in, and is asked for when it changes', async () => {
    const { cookie } = await signInAs('viewer', 'pw@example.test')
    const set = (body: unknown, by = cookie) => callRoute(password.PUT, { cookie: by, body })
    expect((await set({ newPassword: 'too short' })).status).toBe(400)
    expect((await set({ newPassword: good })).status).toBe(204)
    expect((await set({ newPassword: 'another password' })).status).toBe(400)
    expect((await set({ newPassword: 'another password', currentPassword: 'wrong password' })).status).toBe(
      400,
    )

    const signedIn = await post('/sign-in/email', { email: 'PW@example.test', password: good })
    expect(signedIn.status).toBe(200)
    const other = cookieOf(signedIn)
    expect((await callRoute(me.GET, { cookie: other })).body).toMatchObject({ hasPassword: true })

    // A change ends all other sessions.
    expect((await set({ newPassword: 'another password', currentPassword: good })).status).toBe(204)
    expect((await callRoute(me.GET, { cookie: other })).status).toBe(401)
    expect((await callRoute(me.GET, { cookie })).status).toBe(200)
    expect(await audited('user.change-password')).toHaveLength(2)
  })

  it('that is wrong is refused, recorded, and after twenty tries paused', async () => {
    await signInAs('viewer', 'guessed@example.test')
    const attempt = (at: number) =>
      post(
        '/sign-in/email',
        { email: 'guessed@example.test', password: 'wrong' },
        { 'x-forwarded-for': `10.0.0.${at}` },
      )
    for (let at = 0; at < 20; at++) expect((await attempt(at)).status).toBe(401)
    const paused = await attempt(21)
    expect(paused.status).toBe(429)
    expect(await paused.json()).toMatchObject({ code: 'too-many-requests', requestId: expect.any(String) })
    expect(await audited('session.refuse')).toHaveLength(20)
  })
})

describe('a session', () => {
  it('ends with sign-out', async () => {
    const { cookie } = await signInAs('viewer')
    expect((await callRoute(me.GET, { cookie })).status).toBe(200)
    expect((await post('/sign-out', {}, { cookie })).status).toBe(200)
    expect((await callRoute(me.GET, { cookie })).status).toBe(401)
    expect(await audited('session.end')).toHaveLength(1)
  })

  it('with a forged cookie is none', async () => {
    const { cookie } = await signInAs('viewer')
    const forged = cookie.replace(/session_token=./, 'session_token=%2F')
    expect((await callRoute(me.GET, { cookie: forged })).status).toBe(401)
  })

  it('changes nothing on the word of a foreign page', async () => {
    const { cookie } = await signInAs('viewer')
    const change = (headers: Record<string, string>) =>
      callRoute(me.PATCH, { cookie, body: { language: 'ko' }, headers })
    expect((await change({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await change({ origin: 'null' })).status).toBe(403)
    expect((await change({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await change({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await change({})).status).toBe(200)
    expect((await change({ origin: 'http://localhost:3000' })).status).toBe(200)
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
})

describe('a database that is away', () => {
  it('is said so, with nothing of where it is', async () => {
    const { cookie } = await signInAs('viewer', 'away-db@example.test')
    forgetSessions()
    const held = globalThis as { firnAuth?: unknown; firnDatabases?: Map<unknown, Database> }
    const before = { auth: held.firnAuth, clients: held.firnDatabases ?? new Map() }
    const away = openDatabase('postgresql://firn:hidden@127.0.0.1:1/none')
    const there = new Map(before.clients)
    for (const copy of there.keys()) before.clients.set(copy, away)
    held.firnAuth = undefined
    try {
      for (const call of [{ cookie }, { token: 'firn_something' }]) {
        const { status, body } = await callRoute(me.GET, call)
        expect(status).toBe(503)
        expect(body).toMatchObject({ code: 'unavailable', retryable: true })
        expect(JSON.stringify(body)).not.toMatch(/127\.0|hidden/)
      }
    } finally {
      for (const [copy, client] of there) before.clients.set(copy, client)
      held.firnAuth = before.auth
      await away.$disconnect()
    }
  })
})

describe('what better-auth could do and Firn does not open', () => {
  it.each([
    '/sign-up/email',
    '/admin/set-role',
    '/admin/create-user',
    '/sign-in/magic-link',
    '/update-user',
    '/change-email',
  ])('POST %s', async (path) => {
    const { cookie } = await signInAs('admin')
    expect(
      (await post(path, { email: 'x@example.test', password: good, name: 'X' }, { cookie })).status,
    ).toBe(404)
  })
})
