import { decimalParameters, type IcebergType } from './types.ts'

/** What a column's type may become without rewriting its files (spec: "Schema Evolution"). */
const promotions: Record<string, readonly string[]> = { int: ['long'], float: ['double'] }

/**
 * Whether a column may be widened from one type to another. Left out are version 3's promotions from date and unknown:
 * the other implementations do not read them yet.
 */
export function isPromotion(from: IcebergType, to: IcebergType): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return false
  const [narrow, wide] = [decimalParameters(from), decimalParameters(to)]
  if (narrow && wide) return narrow.scale === wide.scale && narrow.precision <= wide.precision
  return promotions[from]?.includes(to) ?? false
}
