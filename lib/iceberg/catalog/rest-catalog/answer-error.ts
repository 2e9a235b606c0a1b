import { z } from 'zod'
import { AppError, type AppErrorOptions, type ErrorCode } from '../../../errors.ts'

/** What a request was about, for messages and for the statuses that mean different things. */
export interface Operation {
  /** Completes "could not …": `load the table a.b`. */
  what: string
  /** What 409 means here; when left out, something is in the way that another try does not remove. */
  conflict?: 'already-exists' | 'lost-race'
  /** True for a request that may have had an effect although it failed. */
  changes?: boolean
  /** A request for a token: OAuth servers refuse a client with 400 or 401. */
  signsIn?: boolean
}

export interface FailedAnswer {
  status: number
  headers: Headers
  text: string
  /** An earlier try of the same request may have had an effect. */
  repeated?: boolean
}

/** The protocol's ErrorModel, and what OAuth servers answer. The stack that some servers send is not looked at. */
const ErrorBody = z.union([
  z
    .object({ error: z.object({ message: z.string().nullish(), type: z.string().nullish() }) })
    .transform(({ error }) => ({ type: error.type ?? '', message: error.message ?? '' })),
  z
    .object({ error: z.string(), error_description: z.string().nullish() })
    .transform((body) => ({ type: body.error, message: body.error_description ?? '' })),
])

/** Foreign text on one line, bounded, without control characters and without our own secrets. */
export function foreignText(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '(secret)')
  return clean.length > 400 ? `${clean.slice(0, 400)}…` : clean
}

function saidBy({ headers, text }: FailedAnswer, secrets: readonly string[]): { type: string; said: string } {
  let parsed: { type: string; message: string } | undefined
  try {
    parsed = ErrorBody.safeParse(JSON.parse(text)).data
  } catch {
    parsed = undefined
  }
  if (parsed) {
    const said = foreignText([parsed.type, parsed.message].filter(Boolean).join(': '), secrets)
    return { type: parsed.type, said: said === '' ? 'without a reason' : said }
  }
  const kind = headers.get('content-type')?.split(';')[0]
  return {
    type: '',
    said:
      text === '' ? 'without a body' : `with ${foreignText(kind ?? 'an unknown type', secrets)}, not JSON`,
  }
}

const notAllowed: Record<number, string> = {
  401: 'it does not accept the credential of this connection. Check the token, or client id and secret',
  403: 'the credential of this connection may not do that. Ask for the right there, or use another credential',
  419: 'it says that the credential has expired. Renew the token of this connection',
}

/**
 * The AppError of an answer that is no success. A refused credential is `forbidden`, never `unauthenticated`: that would
 * sign out the person who looked at the other catalog.
 */
export function answerError(
  catalog: string,
  operation: Operation,
  answer: FailedAnswer,
  secrets: readonly string[],
): AppError {
  const { status } = answer
  const { type, said } = saidBy(answer, secrets)
  const failed = `The catalog "${catalog}" could not ${operation.what}: it answered ${status}`
  const context = {
    catalog,
    status,
    ...(type ? { type: foreignText(type, secrets) } : {}),
    ...(answer.repeated ? { repeated: true } : {}),
  }
  const make = (code: ErrorCode, rest: string, options: AppErrorOptions = {}) =>
    new AppError(code, `${failed} ${rest}`, { context, ...options })

  if (status >= 300 && status < 400) {
    return make(
      'bad-input',
      'with a redirect, which is not followed. Use the address that the catalog itself has.',
    )
  }
  const refused = notAllowed[operation.signsIn && status === 400 ? 401 : status]
  if (refused) return make('forbidden', `(${said}): ${refused}.`)
  if (status === 404) return make('not-found', `(${said}).`)
  if (status === 409) {
    if (operation.conflict === 'already-exists') return make('already-exists', `(${said}).`)
    return make('conflict', `(${said}).`, { retryable: operation.conflict === 'lost-race' })
  }
  if (status === 429) {
    return make('too-many-requests', `(${said}). Try again later.`, { retryable: true })
  }
  if (status === 405 || status === 406 || status === 501) return make('unsupported', `(${said}).`)
  if (status < 500) return make('bad-input', `(${said}).`)
  return operation.changes ? unknownState(failed, said, context) : unavailable(failed, said, context)
}

const unavailable = (failed: string, said: string, context: Record<string, unknown>): AppError =>
  new AppError('unavailable', `${failed} (${said}). Try again later.`, { context, retryable: true })

const unknownState = (failed: string, said: string, context: Record<string, unknown>): AppError =>
  new AppError(
    'commit-state-unknown',
    `${failed} (${said}). Whether the change was made is not known: look before doing it again.`,
    { context },
  )

/** The AppError of a request without an answer. */
export function failureError(
  catalog: string,
  operation: Operation,
  failure: { message: string; delivered: boolean },
  url: string,
): AppError {
  const { origin } = new URL(url)
  const failed = `The catalog "${catalog}" could not ${operation.what}: ${origin} gave no answer`
  const context = { catalog, server: origin }
  return operation.changes && failure.delivered
    ? unknownState(failed, failure.message, context)
    : unavailable(failed, failure.message, context)
}
