import type { PrimitiveValue } from './types.ts'

/** The result of a partition field's transform for one data file; null when the source value is null. */
export type PartitionValue = PrimitiveValue | null
