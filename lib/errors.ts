/** What went wrong, as data: callers branch on it, never on message text. One map below gives the HTTP status. */
export type ErrorCode =
  | 'bad-input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'unsupported'
  | 'unavailable'
  | 'commit-state-unknown'
  | 'cancelled'
  | 'corrupt'
  | 'internal'

const httpStatus: Record<ErrorCode, number> = {
  'bad-input': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'already-exists': 409,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'unsupported-media-type': 415,
  'too-many-requests': 429,
  unsupported: 501,
  unavailable: 503,
  'commit-state-unknown': 500,
  cancelled: 499,
  corrupt: 500,
  internal: 500,
}

export interface AppErrorOptions {
  /** What the person in the browser reads: what failed, what was expected, what was found, what to do next. Defaults to the message. */
  userMessage?: string
  /** Facts for the log and the problem document. Never secrets. */
  context?: Record<string, unknown>
  cause?: unknown
  /** True when doing exactly the same again may succeed (a lost race, a server that is away). */
  retryable?: boolean
}

/** The one error class of the product. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly userMessage: string
  readonly context: Record<string, unknown>
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.userMessage = options.userMessage ?? message
    this.context = options.context ?? {}
    this.retryable = options.retryable ?? false
  }

  get status(): number {
    return httpStatus[this.code]
  }
}

export const isAppError = (error: unknown, ...codes: ErrorCode[]): error is AppError =>
  error instanceof AppError && (codes.length === 0 || codes.includes(error.code))

/** The text of anything thrown, for a log line or a run's record. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
