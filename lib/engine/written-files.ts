import path from 'node:path'
import { type DuckDBConnection, DuckDBMapValue } from '@duckdb/node-api'
import { AppError } from '../errors.ts'
import type { DataFile } from '../iceberg/spec/data-file.ts'
import type { PartitionField, PartitionSpec } from '../iceberg/spec/partition-spec.ts'
import type { PartitionValue } from '../iceberg/spec/partition-value.ts'
import { findFieldById, findFieldByName, type Schema } from '../iceberg/spec/schema.ts'
import { encodeBound } from '../iceberg/spec/single-value.ts'
import {
  decimalParameters,
  fixedLength,
  type PrimitiveType,
  type PrimitiveValue,
} from '../iceberg/spec/types.ts'
import type { WrittenFile } from './tasks.ts'

/** One row of a COPY with RETURN_STATS, as DuckDB's own values: what is in the maps is text, bounds in UTC. */
interface StatsRow {
  filename: string
  count: bigint
  file_size_bytes: bigint
  column_statistics: DuckDBMapValue
  partition_keys: DuckDBMapValue | null
}

const otherShape = (found: string): AppError =>
  new AppError('corrupt', `DuckDB's statistics have another shape than expected: ${found}`)

/** By hand: loading a schema library would keep each new process of the engine busy for longer than its first file. */
function statsRowOf(row: Readonly<Record<string, unknown>>): StatsRow {
  const { filename, count, file_size_bytes, column_statistics, partition_keys } = row
  if (typeof filename !== 'string') throw otherShape('no filename')
  if (typeof count !== 'bigint') throw otherShape(`${filename} has no count`)
  if (typeof file_size_bytes !== 'bigint') throw otherShape(`${filename} has no file_size_bytes`)
  if (!(column_statistics instanceof DuckDBMapValue)) throw otherShape(`${filename} has no column_statistics`)
  if (partition_keys !== null && !(partition_keys instanceof DuckDBMapValue)) {
    throw otherShape(`${filename} has no partition_keys`)
  }
  return { filename, count, file_size_bytes, column_statistics, partition_keys }
}

type Texts = Readonly<Record<string, string | null>>

/** There are some two hundred thousand of these in a million rows. */
function textsOf(map: unknown): Texts {
  if (!(map instanceof DuckDBMapValue)) throw otherShape('statistics of a column are no map')
  const texts: Record<string, string | null> = Object.create(null)
  for (const { key, value } of map.entries) {
    if (typeof key !== 'string' || (typeof value !== 'string' && value !== null)) {
      throw otherShape(`${String(key)} is no text`)
    }
    texts[key] = value
  }
  return texts
}

const countOf = (text: string | null | undefined): bigint | undefined =>
  text === null || text === undefined ? undefined : BigInt(text)

/** `2025-07-01` or `12025-07-01 (BC)` as days since 1970-01-01. */
const parseDays = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000

/** A time since the epoch in units of 10^-digits seconds. */
function parseTimestamp(text: string, digits: 6 | 9): bigint | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:\+00)?$/.exec(text)
  const [, date = '', hours, minutes, seconds, fraction = ''] = match ?? []
  if (!match || fraction.length > digits) return null
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  const wholeSeconds = BigInt(parseDays(date)) * 86_400n + BigInt(clock)
  return wholeSeconds * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0'))
}

/**
 * Reads a statistic's text as a value of the column's type. Null when the text gives none that could serve as a bound
 * (infinite dates, years beyond four digits): a file without bounds is read more often, never skipped wrongly.
 */
export function parseStatistic(type: PrimitiveType, text: string): PrimitiveValue | null {
  const decimal = decimalParameters(type)
  if (decimal) {
    const match = /^(-?)(\d*)(?:\.(\d+))?$/.exec(text)
    if (!match) return null
    const unscaled = BigInt(`${match[2] || '0'}${(match[3] ?? '').padEnd(decimal.scale, '0')}`)
    return match[1] ? -unscaled : unscaled
  }
  if (fixedLength(type) !== null || type === 'binary') return Buffer.from(text, 'hex')
  switch (type) {
    case 'boolean':
      return text === 'true' || text === '1'
    case 'int':
      return Number(text)
    case 'long':
      return BigInt(text)
    case 'float':
    case 'double': {
      const value = Number(text)
      return Number.isFinite(value) ? value : null
    }
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? parseDays(text) : null
    case 'time':
      return parseTimestamp(`1970-01-01 ${text}`, 6)
    case 'timestamp':
    case 'timestamptz':
      return parseTimestamp(text, 6)
    case 'timestamp_ns':
      return parseTimestamp(text, 9)
    default:
      return text
  }
}

/** `"page"."url"` as DuckDB names a column in its statistics → `page.url`; items are `element`, `key`, `value` in both. */
const fullName = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .split('"."')
    .map((part) => part.replaceAll('""', '"'))
    .join('.')

/** A partition folder's text → the value of an identity partition field. */
function partitionValue(type: PrimitiveType, text: string | null, name: string): PartitionValue {
  if (text === null) return null
  const value = parseStatistic(type, text)
  if (value === null)
    throw new AppError('corrupt', `Partition field ${name}: "${text}" is no value of type ${type}.`)
  return value
}

/** Types whose smallest and largest value are exact in DuckDB's statistics. */
export const hasExactBounds = (type: unknown): boolean => type === 'int' || type === 'long' || type === 'date'

/** The text of the one value that a column has in all rows of a file. */
function onlyValue(statistic: Texts | undefined, rows: bigint, name: string): string | null {
  const nulls = countOf(statistic?.null_count)
  if (nulls === rows) return null
  const { min, max } = statistic ?? {}
  if (nulls === 0n && typeof min === 'string' && min === max) return min
  throw new AppError(
    'internal',
    `Partition column ${name}: expected one value in all ${rows} rows of a file, found ${min ?? 'nothing'} to ${max ?? 'nothing'} and ${nulls ?? 'unknown'} nulls. Nothing was kept.`,
  )
}

export interface DataFileFromStatsOptions {
  schema: Schema
  spec: PartitionSpec
  /**
   * Values of the partition when the COPY itself was not partitioned. With `only-value` it was, by something that stands for
   * the partition's columns: each of these has one value in all rows of a file, which is the partition's.
   */
  partition?: Record<string, PartitionValue> | 'only-value'
}

/**
 * One row of RETURN_STATS as an Iceberg data file, with its local path. Column ids come from the schema by name.
 * @throws AppError `corrupt` when DuckDB answers in another shape.
 */
export function dataFileFromStats(
  row: Readonly<Record<string, unknown>>,
  { schema, spec, partition }: DataFileFromStatsOptions,
): DataFile {
  const stats = statsRowOf(row)
  const statistics = new Map<number, Texts>()
  const columnSizes = new Map<number, bigint>()
  const valueCounts = new Map<number, bigint>()
  const nullValueCounts = new Map<number, bigint>()
  const nanValueCounts = new Map<number, bigint>()
  const lowerBounds = new Map<number, Uint8Array>()
  const upperBounds = new Map<number, Uint8Array>()
  for (const { key, value } of stats.column_statistics.entries) {
    const field = findFieldByName(schema, fullName(String(key)))
    if (!field || typeof field.type !== 'string') continue
    const statistic = textsOf(value)
    statistics.set(field.id, statistic)
    const size = countOf(statistic.column_size_bytes)
    const values = countOf(statistic.num_values)
    const nulls = countOf(statistic.null_count)
    if (size !== undefined) columnSizes.set(field.id, size)
    if (values !== undefined) valueCounts.set(field.id, values)
    if (nulls !== undefined) nullValueCounts.set(field.id, nulls)
    // NaN has no place in an order; a file that holds one goes without bounds for the column.
    if (statistic.has_nan === 'true') continue
    // That there is none lets readers skip the file by its lower bound, too: NaN is greater than every number.
    if (statistic.has_nan === 'false') nanValueCounts.set(field.id, 0n)
    const { min, max } = statistic
    const lower = min == null ? null : parseStatistic(field.type, min)
    const upper = max == null ? null : parseStatistic(field.type, max)
    const lowerBound = lower === null ? null : encodeBound(field.type, lower, 'lower')
    const upperBound = upper === null ? null : encodeBound(field.type, upper, 'upper')
    if (lowerBound) lowerBounds.set(field.id, lowerBound)
    if (upperBound) upperBounds.set(field.id, upperBound)
  }
  const keys = stats.partition_keys ? textsOf(stats.partition_keys) : null
  const valueIn = (field: PartitionField): PartitionValue => {
    const source = findFieldById(schema, field.sourceId)
    if (!source || typeof source.type !== 'string') {
      throw new AppError(
        'corrupt',
        `Partition field ${field.name}: the schema has no column with id ${field.sourceId}.`,
      )
    }
    const text =
      partition === 'only-value'
        ? onlyValue(statistics.get(source.id), stats.count, source.name)
        : (keys?.[source.name] ?? null)
    return partitionValue(source.type, text, field.name)
  }
  const values =
    typeof partition === 'object'
      ? partition
      : Object.fromEntries(spec.fields.map((field) => [field.name, valueIn(field)]))
  return {
    content: 'data',
    filePath: stats.filename,
    fileFormat: 'PARQUET',
    specId: spec.specId,
    partition: values,
    recordCount: stats.count,
    fileSizeInBytes: stats.file_size_bytes,
    columnSizes,
    valueCounts,
    nullValueCounts,
    ...(nanValueCounts.size > 0 ? { nanValueCounts } : {}),
    lowerBounds,
    upperBounds,
  }
}

const partitionText = (value: PartitionValue): string =>
  value === null ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(String(value))

/** `year=2025/month=7`, empty for an unpartitioned table. */
export const partitionFolder = (spec: PartitionSpec, partition: Record<string, PartitionValue>): string =>
  spec.fields.map((field) => `${field.name}=${partitionText(partition[field.name] ?? null)}`).join('/')

/** Runs a COPY that ends in RETURN_STATS and describes what it wrote. */
export async function copyWithStats(
  connection: DuckDBConnection,
  sql: string,
  target: DataFileFromStatsOptions,
): Promise<WrittenFile[]> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjects().map((row) => {
    const dataFile = dataFileFromStats(row, target)
    const relativePath = path.posix.join(
      partitionFolder(target.spec, dataFile.partition),
      path.basename(dataFile.filePath),
    )
    return { localPath: dataFile.filePath, relativePath, dataFile }
  })
}
