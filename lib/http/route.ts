import type { z } from 'zod'
import type { Actor } from '#lib/auth/actor.ts'
import { type Authentication, authenticate } from '#lib/auth/authenticate.ts'
import type { Role } from '#lib/auth/roles.ts'
import { env } from '#lib/env.ts'
import { type Logger, logger } from '#lib/log.ts'
import { assertFits } from './assert-fits.ts'
import { authorize } from './authorize.ts'
import type { Contract } from './contract.ts'
import { databaseFailure } from './database-failure.ts'
import { encodeJson, type Wire } from './json.ts'
import { parsePart, queryOf } from './parse-request.ts'
import { toProblem } from './problem.ts'
import { problemResponse } from './problem-response.ts'
import { type AuditNote, recordChange } from './record-change.ts'
import { readJsonBody } from './request-body.ts'
import { requestIdOf } from './request-facts.ts'

export interface RouteContext<Params, Query, Body, Who> {
  params: Params
  query: Query
  body: Body
  actor: Who
  requestId: string
  audit: AuditNote
  request: Request
  /** aborted when the caller goes away */
  signal: AbortSignal
  log: Logger
}

/** Nothing for a contract whose response is undefined, else the response's value or a `Response`. */
type Outcome<T> = [T] extends [undefined] ? Promise<void> : Promise<Wire<T> | Response> | Wire<T> | Response

/** The shape that Next calls, with its contract attached for the tests that walk all routes. */
export interface RouteHandler {
  (request: Request, context: { params: Promise<unknown> }): Promise<Response>
  contract: Contract
}

/**
 * Makes a Next route handler of a contract: sign-in, role, same-origin check, parsing, problem documents with a request
 * id, an audit row for each change that succeeded, JSON with 64-bit integers as strings. A handler returns the value of
 * the contract's response schema, or a `Response` of its own for CSV and streams.
 */
export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
  Minimum extends Role | 'public',
>(
  contract: Contract<P, Q, B, R, Minimum>,
  handler: (
    context: RouteContext<z.output<P>, z.output<Q>, z.output<B>, Minimum extends 'public' ? null : Actor>,
  ) => Outcome<z.input<R>>,
): RouteHandler {
  type Who = Minimum extends 'public' ? null : Actor

  const handle = async (request: Request, next: { params: Promise<unknown> }): Promise<Response> => {
    const requestId = requestIdOf(request.headers)
    const log = logger({ requestId })
    const started = performance.now()
    try {
      // A public route needs no database to know that anybody may call it.
      const { actor, responseHeaders } =
        contract.role === 'public' ? nobody : await authenticate(request.headers)
      authorize(contract, actor, request.headers)
      const params = contract.params ? parsePart('params', contract.params, await next.params) : undefined
      const query = contract.query ? parsePart('query', contract.query, queryOf(request.url)) : undefined
      const body = contract.body ? parsePart('body', contract.body, await readJsonBody(request)) : undefined
      const audit: AuditNote = { subject: subjectOf(request.url), details: {} }
      const value = await handler({
        params: params as z.output<P>,
        query: query as z.output<Q>,
        body: body as z.output<B>,
        actor: actor as Who,
        requestId,
        audit,
        request,
        signal: request.signal,
        log,
      })
      // Headers of a redirect or a fetched response can't be added to: a copy's can.
      const response = value instanceof Response ? new Response(value.body, value) : answer(contract, value)
      if (contract.audit && response.ok) {
        await recordChange(contract.audit, audit, { actor, requestId, headers: request.headers, log })
      }
      response.headers.set('x-request-id', requestId)
      for (const cookie of responseHeaders?.getSetCookie() ?? [])
        response.headers.append('set-cookie', cookie)
      log.debug(
        { method: contract.method, path: contract.path, status: response.status, ms: since(started) },
        'request',
      )
      return response
    } catch (thrown) {
      const error = databaseFailure(thrown) ?? thrown
      const problem = toProblem(error, requestId)
      const line = {
        method: contract.method,
        path: contract.path,
        status: problem.status,
        ms: since(started),
        error,
      }
      if (problem.status >= 500) log.error(line, 'request failed')
      else log.debug(line, 'request refused')
      return problemResponse(problem)
    }
  }
  return Object.assign(handle, { contract: contract as unknown as Contract })
}

const nobody: Authentication = { actor: null }

const since = (started: number): number => Math.round((performance.now() - started) * 10) / 10

/** The address of the changed thing below /api/v1: `sources/0192…`. */
const subjectOf = (url: string): string => new URL(url).pathname.replace(/^\/api\/v1\//, '')

function answer(contract: { status?: number; response: z.ZodType; path: string }, value: unknown): Response {
  const status = contract.status ?? 200
  if (status === 204) return new Response(null, { status })
  const text = encodeJson(value)
  if (env().NODE_ENV !== 'production') assertFits(contract, text)
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, no-cache' },
  })
}
