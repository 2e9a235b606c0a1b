import { z } from 'zod'
import { AppError, isAppError } from '#lib/errors.ts'

/** RFC 9457 problem document; `code` is what callers branch on, `requestId` finds the log lines. */
export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    retryable: z.boolean().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    context: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' })
export type Problem = z.infer<typeof ProblemSchema>

export interface FieldError {
  path: string
  message: string
}

const titles: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Sign-in needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  410: 'No longer there',
  413: 'Too large',
  415: 'Media type not supported',
  429: 'Too many requests',
  499: 'Cancelled',
  500: 'Internal error',
  501: 'Not supported',
  503: 'Not available now',
}

/** Errors of single fields inside an AppError's context, under a key of their own. */
export const fieldErrorsKey = 'fieldErrors'

/** An input that does not fit its schema, one line per field. `part` is params, query or body. */
export function invalidInput(part: 'params' | 'query' | 'body', error: z.ZodError): AppError {
  const errors: FieldError[] = error.issues.map((issue) => ({
    path: [part, ...issue.path].join('.'),
    message: issue.message,
  }))
  const lines = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new AppError('bad-input', `The request does not fit: ${lines}.`, {
    context: { [fieldErrorsKey]: errors },
  })
}

/**
 * The problem document of anything thrown. Only an AppError's own user message and context leave the server;
 * everything else is "internal error" with the request id to find it by.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  if (!isAppError(error)) {
    return {
      type: 'about:blank#internal',
      title: 'Internal error',
      status: 500,
      detail: `Firn could not answer because of an error of its own. Try again; if it stays, give your administrator the request id ${requestId}.`,
      code: 'internal',
      requestId,
    }
  }
  const { [fieldErrorsKey]: errors, ...context } = error.context
  return {
    type: `about:blank#${error.code}`,
    title: titles[error.status] ?? 'Error',
    status: error.status,
    detail: error.userMessage,
    code: error.code,
    requestId,
    ...(error.retryable ? { retryable: true } : {}),
    ...(Array.isArray(errors) ? { errors: errors as FieldError[] } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  }
}
