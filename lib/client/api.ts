import { z } from 'zod'

/** A value of a query string; undefined, null and '' leave the name out. */
export type QueryValue = string | number | boolean | null | undefined
export type Query = Record<string, QueryValue>

const ProblemDocumentSchema = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  retryable: z.boolean().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
})

/** A problem document (RFC 9457) of the API, or `code: 'unreachable'` when no answer came. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly title: string
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  readonly retryable: boolean
  /** Errors of single fields: `{path: 'body.email', message}`. */
  readonly fields: { path: string; message: string }[]
  readonly context: Record<string, unknown>

  constructor(problem: {
    title: string
    status: number
    detail: string
    code: string
    requestId: string | null
    retryable?: boolean | undefined
    errors?: { path: string; message: string }[] | undefined
    context?: Record<string, unknown> | undefined
  }) {
    super(problem.detail)
    this.title = problem.title
    this.status = problem.status
    this.code = problem.code
    this.requestId = problem.requestId
    this.retryable = problem.retryable ?? false
    this.fields = problem.errors ?? []
    this.context = problem.context ?? {}
  }
}

/** The problem inside anything thrown by a request. */
export const problemOf = (error: unknown): ApiProblem =>
  error instanceof ApiProblem
    ? error
    : new ApiProblem({
        title: 'Unexpected answer',
        status: 0,
        detail: error instanceof Error ? error.message : String(error),
        code: 'unexpected',
        requestId: null,
      })

/** `path` with its query string; names are sorted so that the same question is the same address. */
export function apiUrl(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const name of Object.keys(query).sort()) {
    const value = query[name]
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}

async function request(method: string, url: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      signal: signal ?? null,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiProblem({
      title: 'No connection',
      status: 0,
      detail: `${method} ${url} got no answer: ${error instanceof Error ? error.message : String(error)}`,
      code: 'unreachable',
      requestId: null,
      retryable: true,
    })
  }
  if (response.status === 204) return undefined
  const text = await response.text()
  let value: unknown
  try {
    value = text === '' ? undefined : JSON.parse(text)
  } catch {
    value = undefined
  }
  if (response.ok && value !== undefined) return value
  const requestId = response.headers.get('x-request-id')
  const problem = ProblemDocumentSchema.safeParse(value)
  throw new ApiProblem(
    !response.ok && problem.success
      ? problem.data
      : {
          title: 'Unexpected answer',
          status: response.status,
          detail: `${method} ${url} answered ${response.status} without a document that Firn understands.`,
          code: 'unexpected',
          requestId,
        },
  )
}

/** @throws ApiProblem */
export const apiGet = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request('GET', apiUrl(path, query), undefined, signal) as Promise<T>

/** A change. @throws ApiProblem */
export const apiSend = <T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> => request(method, path, body) as Promise<T>
