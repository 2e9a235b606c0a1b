import { randomBytes } from 'node:crypto'
import { type APIRequestContext, test as base, type Page } from '@playwright/test'
import { z } from 'zod'
import { createUser } from '#lib/api/users.ts'
import type { Role } from '#lib/auth/roles.ts'

export { expect } from '@playwright/test'

/** A silver table's address in the API and on the pages. */
export const silverApi = '/api/v1/catalogs/firn/namespaces/recipe_analytics/tables/user_events_silver'
export const silverPage = '/catalogs/firn/recipe_analytics/user_events_silver'

/** Nobody's cookies. */
const signedOut = { cookies: [], origins: [] }

export interface Answer {
  status: number
  headers: Record<string, string>
  /** the parsed JSON; undefined without a body */
  body: unknown
}

/** The REST API as one caller sees it. */
export interface Api {
  call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer>
  /** A GET that has to succeed, its answer checked against the contract's schema. */
  get<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>>
}

export interface Person {
  id: string
  name: string
  email: string
  /** one-time sign-in link */
  link: string
}

interface Fixtures {
  /** with the session of the admin whom all pages are signed in as */
  admin: Api
  /** with the demo's API token, which has the engineer's rights */
  engineer: Api
  /** Somebody new with this role; removed after the test. With a password their link is used up. */
  addPerson: (role: Role, password?: string) => Promise<Person>
  /** A page of another browser in which nobody is signed in. */
  newVisitor: () => Promise<Page>
}

function apiOf(request: APIRequestContext): Api {
  const call: Api['call'] = async (method, path, body) => {
    const response = await request.fetch(path, { method, ...(body === undefined ? {} : { data: body }) })
    const text = await response.text()
    const json = /json/.test(response.headers()['content-type'] ?? '')
    return {
      status: response.status(),
      headers: response.headers(),
      body: json ? JSON.parse(text) : text || undefined,
    }
  }
  return {
    call,
    async get(path, schema) {
      const { status, body } = await call('GET', path)
      if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`)
      return schema.parse(body)
    },
  }
}

/** Playwright's test with Firn's callers and people. */
export const test = base.extend<Fixtures>({
  admin: async ({ playwright, baseURL, storageState }, use) => {
    // A change with a session has to name the page it comes from, as a browser does.
    const extraHTTPHeaders = { origin: new URL(z.string().parse(baseURL)).origin }
    const request = await playwright.request.newContext({ baseURL, storageState, extraHTTPHeaders })
    await use(apiOf(request))
    await request.dispose()
  },
  engineer: async ({ playwright, baseURL }, use) => {
    const extraHTTPHeaders = { authorization: `Bearer ${process.env.FIRN_E2E_TOKEN}` }
    const request = await playwright.request.newContext({
      baseURL,
      storageState: signedOut,
      extraHTTPHeaders,
    })
    await use(apiOf(request))
    await request.dispose()
  },
  addPerson: async ({ admin, playwright, baseURL }, use) => {
    const added: string[] = []
    await use(async (role, password) => {
      const suffix = randomBytes(4).toString('hex')
      const email = `${role}-${suffix}@example.com`
      const made = await admin.call('POST', '/api/v1/users', { email, name: `A ${role} ${suffix}`, role })
      if (made.status !== 201) throw new Error(`no person was made: ${JSON.stringify(made.body)}`)
      const { user, signInLink } = createUser.response.parse(made.body)
      added.push(user.id)
      if (password !== undefined) {
        const extraHTTPHeaders = { origin: new URL(signInLink.url).origin }
        const theirs = await playwright.request.newContext({
          baseURL,
          storageState: signedOut,
          extraHTTPHeaders,
        })
        await theirs.get(signInLink.url)
        const set = await theirs.put('/api/v1/me/password', { data: { newPassword: password } })
        if (!set.ok()) throw new Error(`no password was set: ${await set.text()}`)
        await theirs.dispose()
      }
      return { id: user.id, name: user.name, email, link: signInLink.url }
    })
    for (const id of added) await admin.call('DELETE', `/api/v1/users/${encodeURIComponent(id)}`)
  },
  newVisitor: async ({ browser }, use) => {
    const pages: Page[] = []
    await use(async () => {
      const page = await (await browser.newContext({ storageState: signedOut })).newPage()
      pages.push(page)
      return page
    })
    for (const page of pages) await page.context().close()
  },
})

/** Waits until a page shows its first data: its heading is there and its skeletons are gone. */
export async function waitUntilDrawn(page: Page): Promise<void> {
  const drawn = () =>
    document.querySelector('h1') !== null && document.querySelector('main .animate-shimmer.bg-hover') === null
  await page.waitForFunction(drawn, undefined, { timeout: 30_000 })
  await page.evaluate(() => document.fonts.ready)
}
