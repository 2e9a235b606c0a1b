import { accessTokenEnded } from '#lib/auth/authenticate.ts'
import { type AppError, type ErrorCode, isAppError } from '#lib/errors.ts'
import { type CatalogProblem, problemOf } from '#lib/iceberg/catalog/problem.ts'
import { stringifyJson } from '#lib/json.ts'

interface ProtocolError {
  status: number
  /** The exception that Java's client throws for it; others show it. */
  type: string
}

const byProblem: Partial<Record<CatalogProblem, ProtocolError>> = {
  'no-catalog': { status: 404, type: 'NoSuchWarehouseException' },
  'no-namespace': { status: 404, type: 'NoSuchNamespaceException' },
  'no-table': { status: 404, type: 'NoSuchTableException' },
  'no-view': { status: 404, type: 'NoSuchViewException' },
  'no-metadata-file': { status: 404, type: 'NotFoundException' },
  'namespace-not-empty': { status: 409, type: 'NamespaceNotEmptyException' },
  'table-in-use': { status: 409, type: 'TableInUseException' },
  // Java's client throws just this for a view that cannot be; of other types it says that the request was malformed.
  'invalid-view': { status: 400, type: 'IllegalArgumentException' },
  'reused-key': { status: 422, type: 'UnprocessableEntityException' },
  'overlapping-keys': { status: 422, type: 'UnprocessableEntityException' },
}

const byCode: Record<ErrorCode, ProtocolError> = {
  'bad-input': { status: 400, type: 'BadRequestException' },
  unauthenticated: { status: 401, type: 'NotAuthorizedException' },
  forbidden: { status: 403, type: 'ForbiddenException' },
  'not-found': { status: 404, type: 'NotFoundException' },
  'already-exists': { status: 409, type: 'AlreadyExistsException' },
  conflict: { status: 409, type: 'CommitFailedException' },
  gone: { status: 404, type: 'NotFoundException' },
  'too-large': { status: 413, type: 'BadRequestException' },
  'unsupported-media-type': { status: 415, type: 'BadRequestException' },
  'too-many-requests': { status: 429, type: 'TooManyRequestsException' },
  unsupported: { status: 406, type: 'UnsupportedOperationException' },
  unavailable: { status: 503, type: 'ServiceUnavailableException' },
  // 500 is what clients take for "look whether it landed before doing anything".
  'commit-state-unknown': { status: 500, type: 'CommitStateUnknownException' },
  cancelled: { status: 503, type: 'ServiceUnavailableException' },
  corrupt: { status: 500, type: 'ServiceFailureException' },
  internal: { status: 500, type: 'ServiceFailureException' },
}

/** An error in the protocol's shape; `headers` go along, such as `allow`. */
export function protocolError(
  error: ProtocolError & { message: string },
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const { status, type, message } = error
  const all = new Headers({
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  })
  if (status === 401) all.set('www-authenticate', 'Bearer realm="firn"')
  return new Response(stringifyJson({ error: { message, type, code: status } }), { status, headers: all })
}

/**
 * Anything thrown as an answer in the protocol's shape. Only an AppError's own user message leaves the server;
 * everything else is "internal error" with the request id to find it by.
 */
export function errorResponse(error: unknown, requestId: string): Response {
  if (!isAppError(error)) {
    const message = `Firn could not answer because of an error of its own. If it stays, give your administrator the request id ${requestId}.`
    return protocolError({ ...byCode.internal, message }, requestId)
  }
  if (error.context.reason === accessTokenEnded) {
    return protocolError(
      { status: 419, type: 'AuthenticationTimeoutException', message: error.userMessage },
      requestId,
    )
  }
  const problem = problemOf(error)
  const known = (problem && byProblem[problem]) ?? byCode[error.code]
  return protocolError({ ...known, message: messageOf(error) }, requestId)
}

/** Of a requirement that does not hold the log's message goes out: it is in the words that clients know. */
const messageOf = (error: AppError): string =>
  error.context.requirement === undefined ? error.userMessage : error.message
