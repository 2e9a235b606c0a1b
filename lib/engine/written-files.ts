import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
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
import { sqlIdentifier } from '../mappings/sql-text.ts'
import type { WrittenFile } from './tasks.ts'

/** One row of a COPY with RETURN_STATS, its maps as JSON objects: what is in them is text, bounds in UTC. */
interface StatsRow {
  filename: string
  count: bigint
  file_size_bytes: bigint
  column_statistics: string
  partition_keys: string | null
}

const otherShape = (found: string): AppError =>
  new AppError('corrupt', `DuckDB's statistics have another shape than expected: ${found}`)

/** By hand: loading a schema library would keep each new process of the engine busy for longer than its first file. */
function statsRowOf(row: Readonly<Record<string, unknown>>): StatsRow {
  const { filename, count, file_size_bytes, column_statistics, partition_keys } = row
  if (typeof filename !== 'string') throw otherShape('no filename')
  if (typeof count !== 'bigint') throw otherShape(`${filename} has no count`)
  if (typeof file_size_bytes !== 'bigint') throw otherShape(`${filename} has no file_size_bytes`)
  if (typeof column_statistics !== 'string') throw otherShape(`${filename} has no column_statistics`)
  if (partition_keys !== null && typeof partition_keys !== 'string') {
    throw otherShape(`${filename} has no partition_keys`)
  }
  return { filename, count, file_size_bytes, column_statistics, partition_keys }
}

type Texts = Readonly<Record<string, string | null | undefined>>

function textsOf(value: unknown): Texts {
  if (typeof value !== 'object' || value === null) throw otherShape('statistics of a column are no map')
  const texts = value as Record<string, unknown>
  for (const key in texts) {
    if (typeof texts[key] !== 'string' && texts[key] !== null) throw otherShape(`${key} is no text`)
  }
  return texts as Texts
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

/** A column of the files of one statement, with the bounds that it had so far: most have the same few in all files. */
class ColumnBounds {
  readonly id: number
  readonly #type: PrimitiveType
  readonly #known = {
    lower: new Map<string, Uint8Array | null>(),
    upper: new Map<string, Uint8Array | null>(),
  }

  constructor(id: number, type: PrimitiveType) {
    this.id = id
    this.#type = type
  }

  of(side: 'lower' | 'upper', text: string): Uint8Array | null {
    let bound = this.#known[side].get(text)
    if (bound === undefined) {
      const value = parseStatistic(this.#type, text)
      bound = value === null ? null : encodeBound(this.#type, value, side)
      this.#known[side].set(text, bound)
    }
    return bound
  }
}

/** Gives the column that DuckDB calls so in its statistics; null for none, and for one that has no values of its own. */
function columnFinder(schema: Schema): (quoted: string) => ColumnBounds | null {
  const columns = new Map<string, ColumnBounds | null>()
  return (quoted) => {
    let column = columns.get(quoted)
    if (column === undefined) {
      const field = findFieldByName(schema, fullName(quoted))
      column = field && typeof field.type === 'string' ? new ColumnBounds(field.id, field.type) : null
      columns.set(quoted, column)
    }
    return column
  }
}

function dataFileFromStats(
  row: Readonly<Record<string, unknown>>,
  { schema, spec, partition }: DataFileFromStatsOptions,
  columnOf: ReturnType<typeof columnFinder>,
): DataFile {
  const stats = statsRowOf(row)
  const statistics = new Map<number, Texts>()
  const columnSizes = new Map<number, bigint>()
  const valueCounts = new Map<number, bigint>()
  const nullValueCounts = new Map<number, bigint>()
  const nanValueCounts = new Map<number, bigint>()
  const lowerBounds = new Map<number, Uint8Array>()
  const upperBounds = new Map<number, Uint8Array>()
  const columns = JSON.parse(stats.column_statistics) as Record<string, unknown>
  for (const name in columns) {
    const column = columnOf(name)
    if (!column) continue
    const { id } = column
    const statistic = textsOf(columns[name])
    statistics.set(id, statistic)
    const size = countOf(statistic.column_size_bytes)
    const values = countOf(statistic.num_values)
    const nulls = countOf(statistic.null_count)
    if (size !== undefined) columnSizes.set(id, size)
    if (values !== undefined) valueCounts.set(id, values)
    if (nulls !== undefined) nullValueCounts.set(id, nulls)
    // NaN has no place in an order; a file that holds one goes without bounds for the column.
    if (statistic.has_nan === 'true') continue
    // That there is none lets readers skip the file by its lower bound, too: NaN is greater than every number.
    if (statistic.has_nan === 'false') nanValueCounts.set(id, 0n)
    const { min, max } = statistic
    const lower = min == null ? null : column.of('lower', min)
    const upper = max == null ? null : column.of('upper', max)
    if (lower) lowerBounds.set(id, lower)
    if (upper) upperBounds.set(id, upper)
  }
  const keys = new Map(Object.entries(textsOf(JSON.parse(stats.partition_keys ?? '{}'))))
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
        : (keys.get(source.name) ?? null)
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

/**
 * Rows of RETURN_STATS as Iceberg data files, with their local paths. Column ids come from the schema by name. Files share
 * the bytes of bounds that are the same.
 * @throws AppError `corrupt` when DuckDB answers in another shape.
 */
export function dataFilesFromStats(
  rows: readonly Readonly<Record<string, unknown>>[],
  target: DataFileFromStatsOptions,
): DataFile[] {
  const columnOf = columnFinder(target.schema)
  return rows.map((row) => dataFileFromStats(row, target, columnOf))
}

const partitionText = (value: PartitionValue): string =>
  value === null ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(String(value))

/** `year=2025/month=7`, empty for an unpartitioned table. */
export const partitionFolder = (spec: PartitionSpec, partition: Record<string, PartitionValue>): string =>
  spec.fields.map((field) => `${field.name}=${partitionText(partition[field.name] ?? null)}`).join('/')

/**
 * Runs a COPY that ends in RETURN_STATS and describes what it wrote. There are some two hundred thousand texts in the maps
 * of a million rows: as JSON they come out at half the cost of DuckDB's own values, and RETURN_STATS cannot be a subquery.
 */
export async function copyWithStats(
  connection: DuckDBConnection,
  sql: string,
  target: DataFileFromStatsOptions,
): Promise<WrittenFile[]> {
  const copied = await connection.run(sql)
  const types = copied.columnTypes()
  const columns = copied.columnNames().map((name, index) => `${sqlIdentifier(name)} ${types[index]}`)
  // "Or replace": a statement before may have failed for want of memory between here and the end.
  await connection.run(`CREATE OR REPLACE TEMP TABLE returned_stats (${columns.join(', ')})`)
  const appender = await connection.createAppender('returned_stats')
  for (const chunk of await copied.fetchAllChunks()) appender.appendDataChunk(chunk)
  appender.closeSync()
  const stats = await connection.runAndReadAll(
    `SELECT filename, count, file_size_bytes, to_json(column_statistics) AS column_statistics, to_json(partition_keys) AS partition_keys
      FROM returned_stats`,
  )
  await connection.run('DROP TABLE returned_stats')
  return dataFilesFromStats(stats.getRowObjects(), target).map((dataFile) => {
    const relativePath = path.posix.join(
      partitionFolder(target.spec, dataFile.partition),
      path.basename(dataFile.filePath),
    )
    return { localPath: dataFile.filePath, relativePath, dataFile }
  })
}
