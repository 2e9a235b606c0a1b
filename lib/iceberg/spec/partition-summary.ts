import { compareValues } from './compare-values.ts'
import type { FieldSummary } from './manifest.ts'
import type { TypedPartitionField } from './partition-type.ts'
import type { PartitionValue } from './partition-value.ts'
import { encodeValue } from './single-value.ts'
import type { PrimitiveValue } from './types.ts'

/** Gathers per partition field what a manifest list says about a manifest: smallest and largest value, nulls, NaNs. */
export function summarizePartitions(fields: readonly TypedPartitionField[]): {
  add(partition: Record<string, PartitionValue>): void
  finish(): FieldSummary[]
} {
  const states = fields.map((field) => ({
    name: field.name,
    type: field.type,
    containsNull: false,
    containsNan: false,
    lower: undefined as PrimitiveValue | undefined,
    upper: undefined as PrimitiveValue | undefined,
  }))
  return {
    add(partition) {
      for (const state of states) {
        const value = partition[state.name] ?? null
        if (value === null) state.containsNull = true
        else if (typeof value === 'number' && Number.isNaN(value)) state.containsNan = true
        else {
          if (state.lower === undefined || compareValues(value, state.lower) < 0) state.lower = value
          if (state.upper === undefined || compareValues(value, state.upper) > 0) state.upper = value
        }
      }
    },
    finish: () =>
      states.map((state) => {
        const summary: FieldSummary = { containsNull: state.containsNull, containsNan: state.containsNan }
        if (state.lower !== undefined) summary.lowerBound = encodeValue(state.type, state.lower)
        if (state.upper !== undefined) summary.upperBound = encodeValue(state.type, state.upper)
        return summary
      }),
  }
}
