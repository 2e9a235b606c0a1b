import { z } from 'zod'
import { AppError } from '#lib/errors.ts'

/** Kinds of a driver's error that mean "the server is away", not "the statement is wrong". */
const FailureSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({
        kind: z.enum([
          'DatabaseNotReachable',
          'ConnectionClosed',
          'SocketTimeout',
          'TooManyConnections',
          'TlsConnectionError',
          'AuthenticationFailed',
          'DatabaseDoesNotExist',
        ]),
      }),
    }),
  }),
})

/** Prisma's error as `unavailable` when Postgres can't be reached or used; undefined for any other error. */
export function databaseFailure(error: unknown): AppError | undefined {
  const failure = FailureSchema.safeParse(error)
  if (!failure.success) return undefined
  const { kind } = failure.data.meta.driverAdapterError.cause
  return new AppError(
    'unavailable',
    `Postgres can't be used (${kind}). Check DATABASE_URL and that the server runs.`,
    {
      userMessage:
        'Firn does not reach its database at the moment. Try again in a minute; nothing was changed.',
      retryable: true,
      cause: error,
    },
  )
}
