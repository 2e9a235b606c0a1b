import type { z } from 'zod'
import { AppError } from '#lib/errors.ts'

/** Steps of a change out of a query string. @throws AppError `bad-input` that names what is wrong with which */
export function parseSteps<T>(text: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad-input', 'The parameter "changes" is no JSON: expected an array of steps.', {
      cause,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'changes'}: ${message}`)
  throw new AppError('bad-input', `The steps cannot be read. ${reasons.slice(0, 5).join('; ')}`)
}
