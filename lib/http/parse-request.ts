import type { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { invalidInput } from './problem.ts'

/** @throws AppError `bad-input` with one line for each field that is wrong */
export function parsePart<S extends z.ZodType>(
  part: 'params' | 'query' | 'body',
  schema: S,
  value: unknown,
): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalidInput(part, parsed.error)
}

/**
 * Query parameters by name; one that is given more than once is a list.
 * @throws AppError `bad-input` for a NUL anywhere in the address
 */
export function queryOf(url: string): Record<string, string | string[]> {
  if (url.includes('%00'))
    throw new AppError('bad-input', 'The address contains a NUL character (%00). Remove it.')
  const start = url.indexOf('?')
  const query: Record<string, string | string[]> = {}
  if (start < 0) return query
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    const before = query[name]
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return query
}
