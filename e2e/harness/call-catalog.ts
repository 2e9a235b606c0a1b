import { createApiToken } from '#lib/auth/api-token.ts'
import type { Role } from '#lib/auth/roles.ts'
import { parseJson } from '#lib/json.ts'
import { serveRestCatalog } from '#lib/rest-catalog/serve.ts'

export interface CatalogCall {
  /** a bearer token */
  token?: string
  /** sent as JSON */
  body?: unknown
  /** sent as JSON, as it is */
  text?: string
  /** sent as a form */
  form?: Record<string, string>
  headers?: Record<string, string>
}

export interface CatalogAnswer {
  status: number
  headers: Headers
  /** the parsed JSON; undefined without a body */
  body: unknown
}

/** Sends a request of Iceberg's REST protocol to its handler, as Next does. `path` starts after `/iceberg`. */
export async function callCatalog(
  method: string,
  path: string,
  {
    token,
    body,
    text = body === undefined ? undefined : JSON.stringify(body),
    form,
    headers = {},
  }: CatalogCall = {},
): Promise<CatalogAnswer> {
  const response = await serveRestCatalog(
    new Request(`http://127.0.0.1:3000/iceberg${path}`, {
      method,
      headers: {
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
      ...(form ? { body: new URLSearchParams(form).toString() } : {}),
    }),
  )
  const answer = await response.text()
  return { status: response.status, headers: response.headers, body: answer ? parseJson(answer) : undefined }
}

/** The secret and id of a new API token with a role. */
export async function tokenFor(role: Role, name = `a ${role}`): Promise<{ id: string; secret: string }> {
  const { row, secret } = await createApiToken({ name, role, createdBy: 'system:test' })
  return { id: row.id, secret }
}
