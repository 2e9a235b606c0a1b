import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { type BoundExpression, bind } from '#lib/iceberg/scan/bind.ts'
import { convertLiteral } from '#lib/iceberg/scan/convert-literal.ts'
import { and, type Expression, gtEq, lt, ltEq } from '#lib/iceberg/scan/expression.ts'
import { allRowsMatch } from '#lib/iceberg/scan/must-match.ts'
import { type FileScanTask, planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { columnRange } from '#lib/iceberg/scan/prune.ts'
import { compareValues } from '#lib/iceberg/spec/compare-values.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, specById, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { transformFunction, transformParts } from '#lib/iceberg/spec/transform.ts'
import type { NestedField, PrimitiveType, PrimitiveValue } from '#lib/iceberg/spec/types.ts'

const timeTypes = ['timestamptz', 'timestamp', 'date'] as const
type TimeType = (typeof timeTypes)[number]

/** A column that says when the event of a row happened. */
export interface TimeColumn {
  id: number
  name: string
  type: TimeType
}

/** A time without a zone may be of any zone: behind UTC by at most this. Rows are never removed too early for it. */
const zoneSlackMs = 12 * 3_600_000

const isTimeType = (type: NestedField['type']): type is TimeType => timeTypes.some((one) => one === type)

/** The column of a name or an id, and why it can't say how old rows are. */
export function findTimeColumn(
  schema: Schema,
  wanted: { name: string } | { id: number },
): { column: TimeColumn; problem: null } | { column: null; problem: string } {
  const field = schema.fields.find((one) =>
    'name' in wanted ? one.name === wanted.name : one.id === wanted.id,
  )
  const known = schema.fields.filter(({ type }) => isTimeType(type)).map(({ name }) => name)
  const choose = `Its columns of a time: ${known.join(', ') || 'none'}.`
  if (!field) {
    const what = 'name' in wanted ? `"${wanted.name}"` : `with the id ${wanted.id}`
    return { column: null, problem: `The table has no column ${what} to tell the age of rows by. ${choose}` }
  }
  const { id, name, type } = field
  if (isTimeType(type)) return { column: { id, name, type }, problem: null }
  const found = typeof type === 'string' ? type : type.type
  const problem = `The column "${name}" is of type ${found} and doesn't say when an event happened: expected ${timeTypes.join(', ')}. ${choose}`
  return { column: null, problem }
}

export interface OldFiles {
  /** Files all of whose rows happened before the cut-off. */
  whole: FileScanTask[]
  /** Files that may have such rows beside others. */
  partly: FileScanTask[]
  /** Whether some file has an event from the cut-off on, and not from the future. */
  isAlive: boolean
}

/**
 * Tells by partitions, counts and bounds alone which files have only rows whose event happened before the cut-off. A row
 * without an event time has no age. When rows were written or committed does not matter.
 * @param cutOff milliseconds
 */
export async function findOldFiles(
  table: Table,
  column: TimeColumn,
  { cutOff, now }: { cutOff: number; now: number },
): Promise<OldFiles> {
  const { metadata } = table
  const before = new Date(column.type === 'timestamptz' ? cutOff : cutOff - zoneSlackMs)
  const filter = lt(column.name, before)
  const tasks = await planFiles(table, { filter })
  const isOld = oldTest(metadata, column, before, bind(filter, currentSchema(metadata)))
  const recent: Expression = and(gtEq(column.name, before), ltEq(column.name, new Date(now)))
  const isRecent = recentTest(metadata, column, before, new Date(now))
  const alive = (await planFiles(table, { filter: recent })).some(({ file }) => isRecent(file))
  return {
    whole: tasks.filter(({ file }) => isOld(file)),
    partly: tasks.filter(({ file }) => !isOld(file)),
    isAlive: alive,
  }
}

const ofTime = new Set(['year', 'month', 'day', 'hour'])

/** The values of a file's partition that are made from a column by the calendar, each with the same made from a moment. */
function calendarValues(metadata: TableMetadata, { id, name, type }: TimeColumn, file: DataFile) {
  return typedPartitionFields(specById(metadata, file.specId), metadata.schemas).flatMap((field) => {
    const value = file.partition[field.name]
    if (field.sourceId !== id || value == null || !ofTime.has(transformParts(field.transform).kind)) return []
    const transform = transformFunction(field.transform, field.sourceType)
    const at = (moment: Date) => transform(literal(name, type, moment))
    return [{ value, at }]
  })
}

const literal = (name: string, type: PrimitiveType, moment: Date): PrimitiveValue =>
  convertLiteral(name, type, moment)

/** A test whether all rows of a file happened before a moment. True is certain. */
export function oldTest(
  metadata: TableMetadata,
  column: TimeColumn,
  before: Date,
  filter: BoundExpression,
): (file: DataFile) => boolean {
  const byValues = allRowsMatch(metadata, filter)
  return (file) =>
    byValues(file) ||
    calendarValues(metadata, column, file).some(({ value, at }) => {
      const border = at(before)
      return border !== null && compareValues(value, border) < 0
    })
}

/** A test whether a file has an event between two moments, by its newest one or by its partition. True is certain. */
function recentTest(
  metadata: TableMetadata,
  column: TimeColumn,
  from: Date,
  to: Date,
): (file: DataFile) => boolean {
  const [first, last] = [from, to].map((moment) => literal(column.name, column.type, moment))
  const within = (value: PrimitiveValue, least: PrimitiveValue | null, most: PrimitiveValue | null) =>
    least !== null && most !== null && compareValues(value, least) >= 0 && compareValues(value, most) <= 0
  return (file) => {
    const spec = typedPartitionFields(specById(metadata, file.specId), metadata.schemas)
    const identity = spec.find(
      (field) => field.sourceId === column.id && transformParts(field.transform).kind === 'identity',
    )
    const own = identity && file.partition[identity.name]
    const newest = own ?? columnRange(file, column.id, column.type).upper
    if (newest !== undefined && within(newest, first ?? null, last ?? null)) return true
    // The day of the cut-off itself may hold older rows only.
    return calendarValues(metadata, column, file).some(({ value, at }) => {
      const least = at(from)
      return within(value, least, at(to)) && least !== null && compareValues(value, least) > 0
    })
  }
}
