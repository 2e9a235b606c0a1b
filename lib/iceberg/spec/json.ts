import { z } from 'zod'

/**
 * JSON that keeps 64-bit integers. Integers beyond 2^53 become bigint on the way in and are printed digit by digit on
 * the way out, so that snapshot ids, sequence numbers and `long` values survive every path.
 */

/** A 64-bit integer as `parseJson` gives it: a number when it is a safe one, else bigint. */
export const Int64Json = z.union([z.int(), z.bigint()]).transform((value) => BigInt(value))

/**
 * A map of text by name (properties, summaries). The name `__proto__` is refused: a JavaScript object can't be trusted to
 * keep it, and a property that gets lost on the way is worse than one that is refused.
 */
export const TextMapJson = z
  .unknown()
  .refine((value) => typeof value !== 'object' || value === null || !Object.hasOwn(value, '__proto__'), {
    message: "no property can be named '__proto__'; choose another name",
    abort: true,
  })
  .pipe(z.record(z.string(), z.string()))

const integer = /^-?\d+$/

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

type SourceReviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown

const keepLargeIntegers: SourceReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context?.source) return value
  return integer.test(context.source) ? BigInt(context.source) : value
}

/** Parses JSON text; an integer outside the safe range comes back as bigint, any other number as number. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepLargeIntegers as (this: unknown, key: string, value: unknown) => unknown)
}

/** Prints a value as JSON; a bigint is printed as an integer without quotes. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item) => (typeof item === 'bigint' ? JSON.rawJSON(item.toString()) : item),
    indent,
  )
}
