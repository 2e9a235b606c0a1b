import { encodeJson } from './json.ts'
import type { Problem } from './problem.ts'

/** A problem document as a response. */
export function problemResponse(problem: Problem): Response {
  const headers = new Headers({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': problem.requestId,
  })
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="firn"')
  return new Response(encodeJson(problem), { status: problem.status, headers })
}
