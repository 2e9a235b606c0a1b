import { compareValues } from '../spec/compare-values.ts'
import type { DataFile } from '../spec/data-file.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import { specById, type TableMetadata } from '../spec/table-metadata.ts'
import type { PrimitiveValue } from '../spec/types.ts'
import { type BoundExpression, mayHold, type Predicate } from './bind.ts'
import { columnRange, partitionRange } from './prune.ts'
import type { ValueRange } from './value-range.ts'

/** Whether all values of a range fulfil a predicate, with SQL's logic: null fulfils nothing but `is-null`. True is certain. */
export function mustMatch({ op, values }: Predicate, range: ValueRange): boolean {
  if (op === 'is-null') return range.allNull
  if (op === 'not-null') return !range.mayBeNull
  if (range.mayBeNull) return false
  if (op === 'is-nan') return range.allNan
  if (range.mayBeNan) return false
  if (op === 'not-nan') return true
  const { lower, upper } = range
  if (lower === undefined || upper === undefined) return false
  const only = compareValues(lower, upper) === 0
  const outside = (value: PrimitiveValue) =>
    compareValues(value, lower) < 0 || compareValues(value, upper) > 0
  const [value] = values
  if (value === undefined) return false
  switch (op) {
    case 'eq':
    case 'in':
      return only && values.some((one) => compareValues(one, lower) === 0)
    case 'not-eq':
    case 'not-in':
      return values.every(outside)
    case 'lt':
      return compareValues(upper, value) < 0
    case 'lt-eq':
      return compareValues(upper, value) <= 0
    case 'gt':
      return compareValues(lower, value) > 0
    case 'gt-eq':
      return compareValues(lower, value) >= 0
    case 'starts-with':
      return String(lower).startsWith(String(value)) && String(upper).startsWith(String(value))
    case 'not-starts-with': {
      const prefix = String(value)
      const below = compareValues(upper, prefix) < 0
      // Above the prefix and not starting with it is above all that do.
      const above = compareValues(lower, prefix) > 0 && !String(lower).startsWith(prefix)
      return below || above
    }
  }
}

/**
 * A test whether all rows of a data file fulfil a filter, by its identity partition values, counts and bounds: such a file
 * can be dropped without being read. True is certain, false is not.
 */
export function allRowsMatch(metadata: TableMetadata, filter: BoundExpression): (file: DataFile) => boolean {
  return (file) => {
    const fields = typedPartitionFields(specById(metadata, file.specId), metadata.schemas)
    return mayHold(filter, (predicate) => {
      const identity = fields.find(
        (field) => field.sourceId === predicate.fieldId && field.transform === 'identity',
      )
      const value = identity && file.partition[identity.name]
      if (value !== undefined) return mustMatch(predicate, partitionRange(value))
      return mustMatch(predicate, columnRange(file, predicate.fieldId, predicate.type))
    })
  }
}
