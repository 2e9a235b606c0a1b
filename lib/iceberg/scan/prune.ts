import type { FieldSummary, ManifestFile } from '../spec/manifest.ts'
import type { PrunableFile } from '../spec/manifest-records.ts'
import type { TypedPartitionField } from '../spec/partition-type.ts'
import type { PartitionValue } from '../spec/partition-value.ts'
import { decodeValue } from '../spec/single-value.ts'
import type { PrimitiveType, PrimitiveValue } from '../spec/types.ts'
import { type BoundExpression, mayHold, type Predicate } from './bind.ts'
import { mayMatch, unknownRange, type ValueRange } from './value-range.ts'

const isFloat = (type: PrimitiveType): boolean => type === 'float' || type === 'double'

/** A stored bound as a value; NaN, which some writers store, is no bound. */
function boundValue(type: PrimitiveType, bytes: Uint8Array | undefined): PrimitiveValue | undefined {
  if (bytes === undefined) return undefined
  const value = decodeValue(type, bytes)
  return typeof value === 'number' && Number.isNaN(value) ? undefined : value
}

function withBounds(
  range: ValueRange,
  type: PrimitiveType,
  lower?: Uint8Array,
  upper?: Uint8Array,
): ValueRange {
  const [low, high] = [boundValue(type, lower), boundValue(type, upper)]
  if (low !== undefined) range.lower = low
  if (high !== undefined) range.upper = high
  return range
}

function summaryRange(type: PrimitiveType, summary: FieldSummary): ValueRange {
  const { containsNull, containsNan, lowerBound, upperBound } = summary
  const mayBeNan = isFloat(type) && (containsNan ?? true)
  const noValues = lowerBound === undefined && upperBound === undefined
  const range: ValueRange = {
    mayBeNull: containsNull,
    allNull: containsNull && noValues && !mayBeNan,
    mayBeNan,
    allNan: containsNan === true && !containsNull && noValues,
    exact: false,
  }
  return withBounds(range, type, lowerBound, upperBound)
}

/** Whether a manifest may have files for a filter on partition values. */
export function manifestMayMatch(
  manifest: ManifestFile,
  fields: readonly TypedPartitionField[],
  partitionFilter: BoundExpression,
): boolean {
  const { partitions } = manifest
  if (!partitions) return true
  return mayHold(partitionFilter, (predicate) => {
    const index = fields.findIndex((field) => field.fieldId === predicate.fieldId)
    const summary = partitions[index]
    return summary === undefined || mayMatch(predicate, summaryRange(predicate.type, summary))
  })
}

/** What is known of a column's or partition field's values where the partition has one value. */
export function partitionRange(value: PartitionValue): ValueRange {
  if (value === null) {
    return { mayBeNull: true, allNull: true, mayBeNan: false, allNan: false, exact: true }
  }
  if (typeof value === 'number' && Number.isNaN(value)) {
    return { mayBeNull: false, allNull: false, mayBeNan: true, allNan: true, exact: false }
  }
  return {
    mayBeNull: false,
    allNull: false,
    mayBeNan: false,
    allNan: false,
    lower: value,
    upper: value,
    exact: true,
  }
}

/** Whether a file's partition, looked at only if the filter asks, may have rows for a filter on partition values. */
export function partitionMayMatch(
  file: Pick<PrunableFile, 'partition'>,
  fields: readonly TypedPartitionField[],
  partitionFilter: BoundExpression,
): boolean {
  return mayHold(partitionFilter, (predicate) => {
    const field = fields.find(({ fieldId }) => fieldId === predicate.fieldId)
    const value = field && file.partition[field.name]
    return value === undefined || mayMatch(predicate, partitionRange(value))
  })
}

/** What a file's counts and bounds say about a column. */
export function columnRange(file: PrunableFile, fieldId: number, type: PrimitiveType): ValueRange {
  const values = file.valueCounts?.get(fieldId)
  const nulls = file.nullValueCounts?.get(fieldId)
  const nans = file.nanValueCounts?.get(fieldId)
  const range: ValueRange = {
    ...unknownRange,
    mayBeNull: nulls === undefined || nulls > 0n,
    allNull: values !== undefined && nulls !== undefined && values > 0n && nulls === values,
    mayBeNan: isFloat(type) && (nans === undefined || nans > 0n),
    allNan: values !== undefined && nans !== undefined && values > 0n && nans === values,
  }
  return withBounds(range, type, file.lowerBounds?.get(fieldId), file.upperBounds?.get(fieldId))
}

/**
 * Whether a data file may have rows for a filter on columns, by its counts and bounds. `partitionTest` tells of each
 * predicate whether the file's partition leaves it possible: an OR over columns needs both in one walk.
 */
export function fileMayMatch(
  file: PrunableFile,
  filter: BoundExpression,
  partitionTest: (predicate: Predicate) => boolean,
): boolean {
  if (file.recordCount === 0n) return false
  return mayHold(
    filter,
    (predicate) =>
      partitionTest(predicate) && mayMatch(predicate, columnRange(file, predicate.fieldId, predicate.type)),
  )
}

/** Whether a manifest may have files of a partition, by its summaries. */
export function manifestMayHavePartition(
  manifest: ManifestFile,
  fields: readonly TypedPartitionField[],
  partition: Record<string, PartitionValue>,
): boolean {
  const { partitions } = manifest
  if (!partitions) return true
  return fields.every((field, index) => {
    const summary = partitions[index]
    const value = partition[field.name]
    if (summary === undefined || value === undefined) return true
    if (value === null) return summary.containsNull
    return mayMatch(
      { op: 'eq', fieldId: field.fieldId, type: field.type, values: [value] },
      summaryRange(field.type, summary),
    )
  })
}
