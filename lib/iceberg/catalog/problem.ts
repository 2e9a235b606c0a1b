import { AppError, type AppErrorOptions, type ErrorCode } from '../../errors.ts'

/**
 * What exactly a catalog found wrong, where the error code alone does not tell: `context.problem` of its AppErrors.
 * The REST protocol names most of these in its answers.
 */
export type CatalogProblem =
  | 'no-catalog'
  | 'no-namespace'
  | 'no-table'
  | 'no-view'
  | 'no-metadata-file'
  | 'namespace-not-empty'
  | 'table-in-use'
  | 'overlapping-keys'
  /** What lib/iceberg/view refuses to make of a view. */
  | 'invalid-view'
  /** An idempotency key that was another request's. */
  | 'reused-key'
  /** Another commit was first: the pointer moved between reading and swapping. Applying the updates again may succeed. */
  | 'stale-base'

/** An AppError that says which of the catalog's problems it is. */
export const catalogProblem = (
  code: ErrorCode,
  problem: CatalogProblem,
  message: string,
  options: AppErrorOptions = {},
): AppError => new AppError(code, message, { ...options, context: { ...options.context, problem } })

/** The problem inside an AppError of a catalog. */
export const problemOf = (error: AppError): CatalogProblem | undefined =>
  error.context.problem as CatalogProblem | undefined
