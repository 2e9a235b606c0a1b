import { isAppError, messageOf } from '#lib/errors.ts'
import { storableText } from '../storable-text.ts'
import { type Problem, ProblemSchema } from './run-types.ts'

/** 64-bit values and dates become text, texts such that can be stored: any error's context fits a JSON column. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, item) =>
      typeof item === 'bigint' ? item.toString() : typeof item === 'string' ? storableText(item) : item,
    ) ?? 'null',
  )

/** The record of an error for a run, a source or a file. */
export function problemOf(
  error: unknown,
  options: { action?: string; retrying?: boolean; since?: Date } = {},
): Problem {
  const context = isAppError(error) ? plain(error.context) : {}
  return {
    code: isAppError(error) ? error.code : 'internal',
    message: storableText(isAppError(error) ? error.userMessage : messageOf(error)),
    ...(options.action ? { action: options.action } : {}),
    since: (options.since ?? new Date()).toISOString(),
    retrying: options.retrying ?? false,
    context: (context ?? {}) as Record<string, unknown>,
  }
}

/** Reads a stored problem; null where there is none or it is of another shape. */
export function parseProblem(value: unknown): Problem | null {
  const parsed = ProblemSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}
