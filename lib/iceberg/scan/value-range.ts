import { compareValues } from '../spec/compare-values.ts'
import type { PrimitiveValue } from '../spec/types.ts'
import type { Predicate } from './bind.ts'

/** What is known about the values of a field in a file, a manifest or a partition. */
export interface ValueRange {
  mayBeNull: boolean
  allNull: boolean
  mayBeNan: boolean
  allNan: boolean
  /** Bounds of the values that are neither null nor NaN; undefined: unknown. They may be wider than the values. */
  lower?: PrimitiveValue
  upper?: PrimitiveValue
  /** All values are equal to `lower` (a partition value), or all are null. */
  exact: boolean
}

export const unknownRange: ValueRange = {
  mayBeNull: true,
  allNull: false,
  mayBeNan: true,
  allNan: false,
  exact: false,
}

const below = (range: ValueRange, value: PrimitiveValue): boolean =>
  range.upper !== undefined && compareValues(range.upper, value) < 0
const above = (range: ValueRange, value: PrimitiveValue): boolean =>
  range.lower !== undefined && compareValues(range.lower, value) > 0

const mayEqual = (range: ValueRange, value: PrimitiveValue): boolean =>
  // NaN lies outside the bounds.
  typeof value === 'number' && Number.isNaN(value)
    ? range.mayBeNan
    : !below(range, value) && !above(range, value)

/** The first characters of a bound, as many as the prefix has, so that it compares with the prefix. */
const head = (bound: PrimitiveValue, prefix: string): string => String(bound).slice(0, prefix.length)

function mayStartWith(range: ValueRange, prefix: string): boolean {
  if (range.lower !== undefined && compareValues(head(range.lower, prefix), prefix) > 0) return false
  return range.upper === undefined || compareValues(head(range.upper, prefix), prefix) >= 0
}

/** Whether some value of the range may fulfil a predicate. False is certain, true is not. */
export function mayMatch(predicate: Predicate, range: ValueRange): boolean {
  const [value] = predicate.values
  switch (predicate.op) {
    case 'is-null':
      return range.mayBeNull
    case 'not-null':
      return !range.allNull
    case 'is-nan':
      return range.mayBeNan && !range.allNull
    case 'not-nan':
      return !range.allNan
    // Engines differ on whether these hold for null, so that nulls always may match.
    case 'not-eq':
    case 'not-in':
      return range.mayBeNull || !range.exact || !predicate.values.some((one) => mayEqual(range, one))
    case 'not-starts-with':
      return range.mayBeNull || !range.exact || !mayStartWith(range, String(value))
    default:
      break
  }
  if (range.allNull || value === undefined) return false
  switch (predicate.op) {
    case 'eq':
    case 'in':
      return predicate.values.some((one) => mayEqual(range, one))
    case 'starts-with':
      return mayStartWith(range, String(value))
    case 'lt':
      return range.lower === undefined || compareValues(range.lower, value) < 0
    case 'lt-eq':
      return !above(range, value)
    // Most engines sort NaN after all numbers.
    case 'gt':
      return range.mayBeNan || range.upper === undefined || compareValues(range.upper, value) > 0
    case 'gt-eq':
      return range.mayBeNan || !below(range, value)
  }
}
