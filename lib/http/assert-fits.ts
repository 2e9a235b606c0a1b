import { z } from 'zod'
import { AppError } from '#lib/errors.ts'

/**
 * Holds an answer (JSON text) against its contract, so that the OpenAPI document never lies and no row leaves with more
 * than its public fields. Called outside production only: it costs as much as the answer is long.
 * @throws AppError `internal`
 */
export function assertFits(contract: { response: z.ZodType; path: string }, text: string | undefined): void {
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  const parsed = contract.response.safeParse(value)
  const found = parsed.success
    ? unnamedKeys(value, parsed.data, '')
        .map((key) => `${key} is not in it`)
        .join(', ')
    : z.prettifyError(parsed.error)
  if (found)
    throw new AppError('internal', `The answer of ${contract.path} does not fit its contract: ${found}`)
}

/** Keys that the schema dropped, with their paths. */
function unnamedKeys(given: unknown, kept: unknown, at: string): string[] {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null) return []
  return Object.entries(given).flatMap(([key, value]) => {
    const path = at ? `${at}.${key}` : key
    return key in kept ? unnamedKeys(value, (kept as Record<string, unknown>)[key], path) : [path]
  })
}
