import type { Actor } from '#lib/auth/actor.ts'
import { authenticate } from '#lib/auth/authenticate.ts'
import { database } from '#lib/db.ts'
import { guardCatalog } from '#lib/grants/guarded-catalog.ts'
import { authorize } from '#lib/http/authorize.ts'
import { databaseFailure } from '#lib/http/database-failure.ts'
import { parsePart, queryOf } from '#lib/http/parse-request.ts'
import { type AuditNote, recordChange } from '#lib/http/record-change.ts'
import { readJsonBody } from '#lib/http/request-body.ts'
import { requestIdOf } from '#lib/http/request-facts.ts'
import { type Logger, logger } from '#lib/log.ts'
import type { Endpoint, EndpointContext } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { errorResponse, protocolError } from './error-response.ts'
import { answerOnce } from './idempotency.ts'
import { catalogRoot, type EndpointMatch, matchEndpoint } from './match-endpoint.ts'
import { namespaceLevels } from './namespace-text.ts'
import { openCatalog } from './open-catalog.ts'
import { parseBody } from './parse-body.ts'

/** Schemas of thousands of columns fit; little enough that a stray upload can't fill memory. */
const maxBodyBytes = 4_000_000

/** The shape that Next calls, with the served endpoints attached for the tests that walk all of them. */
export interface RestCatalogHandler {
  (request: Request): Promise<Response>
  endpoints: readonly Endpoint[]
}

/**
 * Answers a request of the Iceberg REST protocol: sign-in, role, parsing, errors in the protocol's shape with a request
 * id, an audit row for each change that succeeded.
 */
export const serveRestCatalog: RestCatalogHandler = Object.assign(serve, { endpoints })

/** One logger for all: a child for each request would cost a good part of a load. */
let shared: Logger | undefined
function log(): Logger {
  shared ??= logger()
  return shared
}

async function serve(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const { pathname } = new URL(request.url)
  const started = performance.now()
  const noteLine = (status: number) => ({
    requestId,
    method: request.method,
    path: pathname,
    status,
    ms: Math.round((performance.now() - started) * 10) / 10,
  })
  let response: Response
  try {
    response = await answer(request, pathname, requestId)
    log().debug(noteLine(response.status), 'request')
  } catch (thrown) {
    const error = databaseFailure(thrown) ?? thrown
    response = errorResponse(error, requestId)
    const line = { ...noteLine(response.status), error }
    if (response.status >= 500) log().error(line, 'request failed')
    else log().debug(line, 'request refused')
  }
  // HTTP allows no body here, and some clients would take it for the next answer.
  return request.method === 'HEAD' ? new Response(null, response) : response
}

async function answer(request: Request, pathname: string, requestId: string): Promise<Response> {
  const found = matchEndpoint(endpoints, request.method, pathname)
  if (!('endpoint' in found)) return notServed(request.method, pathname, found.allowed, requestId)
  const { endpoint } = found
  const { actor, responseHeaders } =
    endpoint.role === 'public' ? { actor: null } : await authenticate(request.headers)
  authorize(endpoint, actor, request.headers)
  const rawQuery = queryOf(request.url)
  const query = endpoint.query ? parsePart('query', endpoint.query, rawQuery) : undefined
  const payload = endpoint.body ? await readJsonBody(request, maxBodyBytes) : undefined
  const body = endpoint.body ? parseBody(endpoint.body, payload) : undefined
  const audit: AuditNote = { subject: pathname.slice(catalogRoot.length + 1), details: {} }
  const handle = async (): Promise<Response> => {
    const response = await endpoint.handle({
      ...(await namedBy(found, rawQuery, actor)),
      query,
      body,
      actor: actor as EndpointContext['actor'],
      audit,
      request,
      requestId,
      log: log(),
    })
    if (endpoint.audit && response.ok) {
      const caller = { actor, requestId, headers: request.headers, log: log() }
      await recordChange(endpoint.audit, audit, caller)
    }
    return response
  }
  const key = endpoint.audit ? request.headers.get('idempotency-key') : null
  const address = pathname + new URL(request.url).search
  const response =
    key !== null && actor
      ? await answerOnce(
          { db: database(), key, actor, method: request.method, address, payload, requestId },
          handle,
        )
      : await handle()
  response.headers.set('x-request-id', requestId)
  for (const cookie of responseHeaders?.getSetCookie() ?? []) response.headers.append('set-cookie', cookie)
  return response
}

/** The catalog as the actor may see it, the namespace and the table or view that the address names. */
async function namedBy(
  { params }: EndpointMatch,
  query: Record<string, string | string[]>,
  actor: Actor | null,
) {
  const { prefix, namespace, table, view } = params
  const warehouse = typeof query.warehouse === 'string' ? query.warehouse : undefined
  const levels = namespace === undefined ? [] : namespaceLevels(namespace)
  const catalog = await openCatalog(prefix ?? (warehouse || undefined))
  return {
    catalog: actor ? await guardCatalog(database(), catalog, actor) : catalog,
    params,
    namespace: levels,
    identifier: { namespace: levels, name: table ?? view ?? '' },
  }
}

function notServed(method: string, pathname: string, allowed: string[], requestId: string): Response {
  if (allowed.length === 0) {
    const message = `Nothing is served at ${method} ${pathname}. The endpoints field of ${catalogRoot}/v1/config lists what is.`
    return protocolError({ status: 404, type: 'NotFoundException', message }, requestId)
  }
  const message = `${pathname} is served with ${allowed.join(', ')}, not with ${method}.`
  const type = 'UnsupportedOperationException'
  return protocolError({ status: 405, type, message }, requestId, { allow: allowed.join(', ') })
}
