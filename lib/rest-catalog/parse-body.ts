import type { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { parsePart } from '#lib/http/parse-request.ts'
import { SpecError } from '#lib/iceberg/spec/spec-error.ts'

/** A body that breaks the table specification, or nests deeper than anything real, is the caller's mistake. */
export function parseBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  try {
    return parsePart('body', schema, value)
  } catch (error) {
    if (error instanceof SpecError) {
      throw new AppError('bad-input', `The request does not fit: ${error.message}`, { cause: error })
    }
    if (error instanceof RangeError) {
      throw new AppError('bad-input', 'The request does not fit: it is nested too deeply.', { cause: error })
    }
    throw error
  }
}
