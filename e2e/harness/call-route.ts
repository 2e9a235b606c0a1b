import { ensureUser } from '#lib/auth/ensure-user.ts'
import { handleAuthRequest } from '#lib/auth/handle-auth-request.ts'
import type { Role } from '#lib/auth/roles.ts'
import { createSignInLinkFor } from '#lib/auth/sign-in-link.ts'
import type { RouteHandler } from '#lib/http/route.ts'

const origin = 'http://127.0.0.1:3000'

export interface Call {
  /** for the braces of the contract's path */
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  /** an API token's secret */
  token?: string
  /** a session: the Cookie header */
  cookie?: string
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  /** the parsed JSON; undefined without a body */
  body: unknown
}

/** Calls a route handler as Next does, with real sign-in. A session's call carries the Origin that a browser would send. */
export async function callRoute(handler: RouteHandler, call: Call = {}): Promise<Answer> {
  const { method, path } = handler.contract
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.params?.[name] ?? ''),
  )
  const query = new URLSearchParams(call.query).toString()
  const headers = new Headers({
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.token ? { authorization: `Bearer ${call.token}` } : {}),
    ...(call.cookie ? { cookie: call.cookie, origin } : {}),
    ...call.headers,
  })
  const request = new Request(`${origin}${address}${query ? `?${query}` : ''}`, {
    method,
    headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  })
  const response = await handler(request, { params: Promise.resolve(call.params ?? {}) })
  const text = await response.text()
  const json = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text || undefined,
  }
}

/** Makes a person and signs them in through a real one-time link; the cookie is for `callRoute`. */
export async function signInAs(
  role: Role,
  email = `${role}@example.test`,
): Promise<{ userId: string; cookie: string }> {
  const { id } = await ensureUser({ email, name: `A ${role}`, role })
  const { url } = await createSignInLinkFor(email)
  const response = await handleAuthRequest(new Request(url))
  return { userId: id, cookie: cookieOf(response) }
}

/** The Cookie header that a browser sends after this response. */
export const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
