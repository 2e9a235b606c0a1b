import { AppError, messageOf } from '#lib/errors.ts'

interface ServiceError {
  name?: string
  code?: string
  $metadata?: { httpStatusCode?: number; attempts?: number }
}

const statusOf = (error: unknown): number | undefined => (error as ServiceError).$metadata?.httpStatusCode
const nameOf = (error: unknown): string => (error as ServiceError).name ?? ''

/** How often the client sent the request. */
export const attemptsOf = (error: unknown): number => (error as ServiceError).$metadata?.attempts ?? 1

/** The object is not there (a missing bucket is another matter). */
export const isS3Missing = (error: unknown): boolean =>
  nameOf(error) !== 'NoSuchBucket' &&
  (['NoSuchKey', 'NotFound'].includes(nameOf(error)) || statusOf(error) === 404)

export const isS3PreconditionFailed = (error: unknown): boolean =>
  nameOf(error) === 'PreconditionFailed' || statusOf(error) === 412

/** Translates what an S3 server or the way to it said; an AppError passes through. */
export function s3Error(
  error: unknown,
  { action, location, endpoint }: { action: string; location: string; endpoint: string },
): AppError {
  if (error instanceof AppError) return error
  const name = nameOf(error)
  const status = statusOf(error)
  const context = { location, endpoint, s3Error: name, status }
  if (name === 'NoSuchBucket') {
    return new AppError(
      'not-found',
      `There is no bucket for ${location} at ${endpoint}. Create it, or correct WAREHOUSE_LOCATION or LANDING_LOCATION.`,
      { context, cause: error },
    )
  }
  if (isS3Missing(error)) {
    return new AppError('not-found', `There is no object ${location}.`, { context, cause: error })
  }
  if (isS3PreconditionFailed(error)) {
    return new AppError('already-exists', `${location} exists already.`, { context, cause: error })
  }
  if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
    return new AppError(
      'forbidden',
      `${endpoint} does not let Firn ${action} ${location} (${name}). Check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and the rights of that key.`,
      { context, cause: error },
    )
  }
  return new AppError(
    'unavailable',
    `Could not ${action} ${location} at ${endpoint}: ${name} ${messageOf(error)}. Check that the server runs and S3_ENDPOINT is right; the work is tried again.`,
    // 409: another conditional write of the same object was going on; 5xx, throttling and network errors pass.
    {
      context,
      cause: error,
      retryable: status === undefined || status >= 500 || [408, 409, 429].includes(status),
    },
  )
}
