import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { recordAudit } from '#lib/http/audit.ts'
import { toProblem } from '#lib/http/problem.ts'
import { problemResponse } from '#lib/http/problem-response.ts'
import { readJsonBody } from '#lib/http/request-body.ts'
import { addressOf, requestIdOf } from '#lib/http/request-facts.ts'
import { logger } from '#lib/log.ts'
import type { Actor } from './actor.ts'
import { auth } from './auth.ts'
import { authenticate, forgetSessions } from './authenticate.ts'
import { deadLinkPath } from './sign-in-link.ts'

const base = '/api/auth'

/**
 * better-auth answers many more addresses than Firn needs; only these are open. People, roles, bans and passwords are
 * changed through /api/v1, where they are checked and audited like everything else.
 */
const openAddresses = new Set([
  'POST /sign-in/email',
  'POST /sign-out',
  'GET /get-session',
  'GET /magic-link/verify',
])

/** Guessing one person's password from many addresses: this many wrong ones in a quarter of an hour, then a pause. */
const maxWrongPasswords = 20
const wrongPasswords = new LRUCache<string, number>({ max: 10_000, ttl: 15 * 60_000 })

const SignInSchema = z.object({
  email: z.string().max(254).toLowerCase(),
  password: z.string().max(1_000),
  rememberMe: z.boolean().optional(),
})

/** Serves sign-in, sign-out and sign-in links by better-auth, with an audit row for each. */
export async function handleAuthRequest(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const path = new URL(request.url).pathname.slice(base.length)
    const address = `${request.method} ${path}`
    if (!openAddresses.has(address))
      throw new AppError('not-found', `There is nothing at ${request.method} ${base}${path}.`)
    const response = await dispatch(address, request, requestId)
    if (response.status >= 400) throw await refusal(response)
    const copy = new Response(response.body, response)
    copy.headers.set('x-request-id', requestId)
    return copy
  } catch (error) {
    if (!(error instanceof AppError)) logger({ requestId }).error({ error }, 'sign-in request failed')
    return problemResponse(toProblem(error, requestId))
  }
}

async function dispatch(address: string, request: Request, requestId: string): Promise<Response> {
  if (address === 'POST /sign-in/email') return signIn(request, requestId)
  if (address === 'GET /magic-link/verify') return enterByLink(request, requestId)
  if (address === 'POST /sign-out') return signOut(request, requestId)
  return auth().handler(request)
}

async function signIn(request: Request, requestId: string): Promise<Response> {
  const given = SignInSchema.safeParse(await readJsonBody(request.clone()))
  if (!given.success) throw new AppError('bad-input', 'To sign in, give an e-mail address and a password.')
  const { email } = given.data
  if ((wrongPasswords.get(email) ?? 0) >= maxWrongPasswords) {
    throw new AppError(
      'too-many-requests',
      'Too many wrong passwords for this account. Try again in 15 minutes, or ask an admin for a sign-in link.',
    )
  }
  const response = await auth().handler(request)
  if (response.ok) {
    wrongPasswords.delete(email)
    await audit('session.create', await actorOfResponse(response), request, requestId, { email })
  } else if (response.status === 401 || response.status === 403) {
    wrongPasswords.set(email, (wrongPasswords.get(email) ?? 0) + 1)
    await audit('session.refuse', null, request, requestId, { email })
  }
  return response
}

const BetterAuthErrorSchema = z
  .object({ code: z.string().optional(), message: z.string().optional() })
  .catch({})

/** better-auth's error as one of ours, so that every refusal of the product is a problem document. */
async function refusal(response: Response): Promise<AppError> {
  const { code, message } = BetterAuthErrorSchema.parse(await response.json().catch(() => ({})))
  if (code === 'BANNED_USER')
    return new AppError('forbidden', 'This account is banned. Ask an admin to let it in again.')
  if (response.status === 401)
    return new AppError('unauthenticated', 'The e-mail address or the password is not right.')
  if (response.status === 403) {
    return new AppError(
      'forbidden',
      `Sign-in was refused: ${message ?? 'the request came from a foreign page'}. Open Firn at its own address and try again.`,
    )
  }
  if (response.status === 429) {
    return new AppError(
      'too-many-requests',
      'Too many tries from this address. Wait a minute, then try again.',
    )
  }
  if (response.status < 500)
    return new AppError('bad-input', `Sign-in was refused: ${message ?? code ?? response.status}.`)
  return new AppError('unavailable', 'Sign-in does not work at the moment. Try again in a minute.', {
    retryable: true,
  })
}

async function enterByLink(request: Request, requestId: string): Promise<Response> {
  // Where a link leads is not up to whoever passes it on.
  const url = new URL(request.url)
  const token = url.searchParams.get('token') ?? ''
  url.search = new URLSearchParams({ token, callbackURL: '/', errorCallbackURL: deadLinkPath }).toString()
  const response = await auth().handler(new Request(url, { headers: request.headers }))
  const actor = await actorOfResponse(response)
  if (actor) await audit('session.create-by-link', actor, request, requestId, {})
  // Somebody clicked a link: they need a page, not a problem document.
  return response.status === 403 ? redirectTo(deadLinkPath) : response
}

async function signOut(request: Request, requestId: string): Promise<Response> {
  const { actor } = await authenticate(request.headers).catch(() => ({ actor: null }))
  const response = await auth().handler(request)
  forgetSessions()
  if (response.ok && actor) await audit('session.end', actor, request, requestId, {})
  return response
}

/** Who was signed in by this response: the session its cookie opens. */
async function actorOfResponse(response: Response): Promise<Actor | null> {
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ')
  if (!cookie) return null
  const { actor } = await authenticate(new Headers({ cookie }))
  return actor
}

async function audit(
  action: string,
  actor: Actor | null,
  request: Request,
  requestId: string,
  details: Record<string, unknown>,
): Promise<void> {
  const subject = actor ? `user:${actor.id}` : 'user'
  await recordAudit({ actor, action, subject, requestId, address: addressOf(request.headers), details })
}

const redirectTo = (location: string): Response => new Response(null, { status: 302, headers: { location } })
