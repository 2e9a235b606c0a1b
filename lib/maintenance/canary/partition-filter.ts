import {
  alwaysTrue,
  and,
  type Expression,
  eq,
  gtEq,
  isNull,
  type Literal,
  lt,
  startsWith,
} from '#lib/iceberg/scan/expression.ts'
import { type TypedPartitionField, typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import { currentSchema, specById, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { transformParts } from '#lib/iceberg/spec/transform.ts'

/**
 * The rows of a partition as a filter on columns. What can't be said of a row (buckets, columns inside others) is left out,
 * so that the filter may let more through than the partition's rows, never less.
 */
export function partitionFilter(
  metadata: TableMetadata,
  { specId, partition }: { specId: number; partition: Record<string, PartitionValue> },
): Expression {
  const columns = new Map(currentSchema(metadata).fields.map(({ id, name }) => [id, name]))
  const fields = typedPartitionFields(specById(metadata, specId), metadata.schemas)
  const operands = fields.flatMap((field): Expression[] => {
    const column = columns.get(field.sourceId)
    return column === undefined ? [] : filtersOf(field, column, partition[field.name] ?? null)
  })
  const [only] = operands
  if (!only) return alwaysTrue
  return operands.length === 1 ? only : and(...operands)
}

function filtersOf(field: TypedPartitionField, column: string, value: PartitionValue): Expression[] {
  const { kind, width } = transformParts(field.transform)
  const number = Number(value)
  switch (kind) {
    case 'void':
    case 'bucket':
      return []
    case 'identity':
      if (value === null) return [isNull(column)]
      return Number.isNaN(value) ? [] : [eq(column, value)]
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      if (value === null) return [isNull(column)]
      return [
        gtEq(column, instant(field, startOf(kind, number))),
        lt(column, instant(field, startOf(kind, number + 1))),
      ]
    case 'truncate':
      if (value === null) return [isNull(column)]
      if (typeof value === 'string' && field.sourceType === 'string') return [startsWith(column, value)]
      if (field.sourceType !== 'int' && field.sourceType !== 'long') return []
      return [gtEq(column, BigInt(number)), lt(column, BigInt(number) + BigInt(width))]
    default:
      return []
  }
}

/** Milliseconds of the beginning of a year, month, day or hour, each counted from 1970. */
function startOf(kind: 'year' | 'month' | 'day' | 'hour', number: number): number {
  switch (kind) {
    case 'year':
      return Date.UTC(1970 + number, 0)
    case 'month':
      return Date.UTC(1970, number)
    case 'day':
      return number * 86_400_000
    case 'hour':
      return number * 3_600_000
  }
}

const instant = ({ sourceType }: TypedPartitionField, milliseconds: number): Literal =>
  sourceType.endsWith('_ns') ? BigInt(milliseconds) * 1_000_000n : new Date(milliseconds)
