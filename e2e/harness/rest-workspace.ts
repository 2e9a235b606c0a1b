import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createApiToken } from '#lib/auth/api-token.ts'
import type { Role } from '#lib/auth/roles.ts'
import type { Database } from '#lib/db.ts'
import { parseJson, stringifyJson } from '#lib/json.ts'
import { createTestDatabase } from './database.ts'
import { type RestCatalogServer, startRestCatalogServer } from './rest-catalog-server.ts'

/** An answer of the catalog; 64-bit integers are bigint. */
export interface RestAnswer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any
}

export interface RestCallOptions {
  body?: unknown
  /** sent instead of a body */
  form?: Record<string, string>
  as?: Role
  /** a bearer token instead of the role's */
  token?: string
  headers?: Record<string, string>
}

export interface RestWorkspace {
  db: Database
  /** Location of the default catalog's warehouse. */
  warehouse: string
  server: RestCatalogServer
  tokens: Record<Role, string>
  /** Calls an address below `/iceberg`, as an engineer unless told. A string is sent as it is. */
  call(method: string, address: string, options?: RestCallOptions): Promise<RestAnswer>
  /** Makes another API token. */
  newToken(role: Role, name?: string): Promise<{ id: string; secret: string }>
  close(): Promise<void>
}

/** A database, a warehouse on disk and the catalog behind HTTP, all of one test file. */
export async function createRestWorkspace(): Promise<RestWorkspace> {
  const postgres = await createTestDatabase()
  const directory = await mkdtemp(path.join(tmpdir(), 'firn-rest-'))
  const warehouse = `file://${directory}/warehouse`
  Object.assign(process.env, { WAREHOUSE_LOCATION: warehouse, LOG_LEVEL: 'silent' })
  const tokens = {} as Record<Role, string>
  for (const role of ['viewer', 'engineer', 'admin'] as const) {
    tokens[role] = (await createApiToken({ name: role, role, createdBy: 'system:test' })).secret
  }
  const server = await startRestCatalogServer()
  return {
    db: postgres.db,
    warehouse,
    server,
    tokens,
    call: async (method, address, { body, form, as = 'engineer', token = tokens[as], headers = {} } = {}) => {
      const response = await fetch(`${server.url}${address}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : stringifyJson(body) }),
        ...(form ? { body: new URLSearchParams(form) } : {}),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : parseJson(text),
      }
    },
    newToken: async (role, name = `a ${role}`) => {
      const { row, secret } = await createApiToken({ name, role, createdBy: 'system:test' })
      return { id: row.id, secret }
    },
    close: async () => {
      await server.close()
      await postgres.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
