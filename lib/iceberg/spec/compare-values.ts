import type { PrimitiveValue } from './types.ts'

const surrogate = /[\ud800-\udfff]/

/**
 * Orders two values of one primitive type: strings by UTF-8 bytes, bytes unsigned, false before true. Numbers and bigints
 * may be mixed. NaN is not ordered; callers leave it out.
 */
export function compareValues(a: PrimitiveValue, b: PrimitiveValue): number {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a === b) return 0
    // UTF-16 order differs from UTF-8 order only where surrogates are.
    if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
    return a < b ? -1 : 1
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
