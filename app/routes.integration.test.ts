import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiToken } from '#lib/auth/api-token.ts'
import { type Role, roleIncludes } from '#lib/auth/roles.ts'
import type { RouteHandler } from '#lib/http/route.ts'
import { endpointName } from '#lib/rest-catalog/endpoint.ts'
import { serveRestCatalog } from '#lib/rest-catalog/serve.ts'
import { createTestDatabase, type TestDatabase } from '../e2e/harness/database.ts'
import { loadRouteHandlers } from '../e2e/harness/route-handlers.ts'

/** Every route, called as nobody, with a bad token and as each role: who may enter is decided before anything else. */

const callers = ['nobody', 'a bad token', 'viewer', 'engineer', 'admin'] as const
type Caller = (typeof callers)[number]

const isRole = (caller: Caller): caller is Role => caller !== 'nobody' && caller !== 'a bad token'

const handlers = await loadRouteHandlers()

let test: TestDatabase
const secrets = {} as Record<Role, string>

beforeAll(async () => {
  // Refused calls and calls about things that are not there are what this is about.
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  for (const role of ['viewer', 'engineer', 'admin'] as const) {
    secrets[role] = (await createApiToken({ name: role, role, createdBy: 'system:test' })).secret
  }
})
afterAll(() => test.drop())

/** Nothing has this id, so that a call that is let in finds nothing to change. */
const nowhere = '00000000-0000-7000-8000-000000000000'

function requestOf(method: string, address: string, caller: Caller): Request {
  const headers = new Headers({ 'content-type': 'application/json' })
  if (caller === 'a bad token') headers.set('authorization', 'Bearer firn_0000000000')
  if (isRole(caller)) headers.set('authorization', `Bearer ${secrets[caller]}`)
  return new Request(`http://127.0.0.1:3000${address}`, {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }),
  })
}

async function call(handler: RouteHandler, caller: Caller): Promise<number> {
  const { method, path: address } = handler.contract
  const names = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const request = requestOf(method, address.replace(/\{\w+\}/g, nowhere), caller)
  const params = Object.fromEntries(names.map((name) => [name, nowhere]))
  const { status } = await handler(request, { params: Promise.resolve(params) })
  return status
}

function expectDecision(status: number, role: Role | 'public', caller: Caller): void {
  if (role === 'public') expect([401, 403, 500]).not.toContain(status)
  else if (!isRole(caller)) expect(status).toBe(401)
  else if (!roleIncludes(caller, role)) expect(status).toBe(403)
  else expect([401, 403, 500]).not.toContain(status)
}

describe.each(handlers.map((handler) => ({ handler, ...handler.contract })))(
  '$method $path, for $role',
  ({ handler, role }) => {
    it.each(callers)('%s', async (caller) => {
      expectDecision(await call(handler, caller), role, caller)
    })
  },
)

describe.each(serveRestCatalog.endpoints.map((endpoint) => ({ name: endpointName(endpoint), ...endpoint })))(
  'Iceberg $name, for $role',
  ({ method, path: address, role }) => {
    it.each(callers)('%s', async (caller) => {
      const filled = address.replace('{prefix}', 'firn').replace(/\{\w+\}/g, nowhere)
      const { status } = await serveRestCatalog(requestOf(method, `/iceberg${filled}`, caller))
      expectDecision(status, role, caller)
    })
  },
)
