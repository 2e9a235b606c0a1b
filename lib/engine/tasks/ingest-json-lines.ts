import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError, messageOf } from '../../errors.ts'
import type { PartitionSpec } from '../../iceberg/spec/partition-spec.ts'
import { findFieldById, type Schema, type SchemaField } from '../../iceberg/spec/schema.ts'
import { errorTablePartitionSpec, errorTableSchema } from '../../mappings/error-table.ts'
import type { Mapping } from '../../mappings/mapping.ts'
import { recipeEventsMapping } from '../../mappings/recipe-events.ts'
import { sqlIdentifier, sqlString } from '../../mappings/sql-text.ts'
import { storableText } from '../../storable-text.ts'
import { withSession } from '../duckdb-session.ts'
import { columnsNotWritten, duckdbType, fieldIdsOption } from '../duckdb-types.ts'
import { diagnoseLine, rawText } from '../lines/diagnose-line.ts'
import {
  longestLineBytes,
  type PreparedInput,
  prepareInput,
  withObjectsOnly,
} from '../lines/prepare-input.ts'
import { scanLines } from '../lines/scan-lines.ts'
import { badRows, goodRows } from '../mapping-sql.ts'
import { type TaskContext, throwIfCancelled, watched } from '../task-context.ts'
import { isOutOfMemory } from '../task-error.ts'
import type {
  IngestInputSummary,
  IngestJsonLinesPayload,
  IngestJsonLinesResult,
  JsonLinesInput,
  LineError,
  TaskProgress,
  WrittenFile,
} from '../tasks.ts'
import { copyWithStats, hasExactBounds } from '../written-files.ts'

const mappings: Record<IngestJsonLinesPayload['mapping'], Mapping> = { 'recipe-events': recipeEventsMapping }

const maxErrorsReturned = 100
const rawBytes = 64 << 10
/**
 * Rows of one partition stay in memory until this many rows are waiting, then become a file. Above the rows of any batch
 * it means one file a partition, in whatever order the lines come.
 */
const flushThreshold = 2_000_000

/** Columns of types that the engine does not write are left out: absent ones are read as null. */
const writtenColumns = (schema: Schema): Schema => ({
  ...schema,
  fields: schema.fields.filter((field) => columnsNotWritten([field]).length === 0),
})

type CompletePayload = IngestJsonLinesPayload & { errorSchema: Schema }

interface BadRow {
  input: number
  /** Row within its input. */
  row: number
  reason: string
}

function partitionColumns(schema: Schema, spec: PartitionSpec): SchemaField[] {
  return spec.fields.map((field) => {
    const source = findFieldById(schema, field.sourceId)
    if (field.transform !== 'identity' || !source) {
      // Not the lines' fault: they are tried again until the table is mended.
      throw new AppError(
        'unavailable',
        `Partition field ${field.name} (${field.transform}): ingestion writes identity partitions of existing columns only. Change the table's partition spec, or write with another engine.`,
        { retryable: true },
      )
    }
    return source
  })
}

/**
 * How the rows are partitioned. DuckDB makes a value of each partition column for each row, a twenty-fifth of the whole work
 * where there are four: so it gets the hash of them instead, where the statistics then prove that all rows of a file have
 * the same values.
 */
function partitioning(
  rows: string,
  columns: readonly SchemaField[],
  schema: Schema,
): { rows: string; by: string; partition?: 'only-value' } {
  const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ')
  if (columns.length < 2 || !columns.every(({ type }) => hasExactBounds(type))) {
    return { rows, by: `PARTITION_BY (${names}), WRITE_PARTITION_COLUMNS true` }
  }
  let key = 'partition_key'
  while (schema.fields.some(({ name }) => name.toLowerCase() === key)) key += '_'
  return {
    rows: `SELECT *, hash(${names}) AS ${key} FROM (${rows})`,
    by: `PARTITION_BY (${key}), WRITE_PARTITION_COLUMNS false`,
    partition: 'only-value',
  }
}

const isMalformedJson = (error: unknown): boolean => /malformed json/i.test(messageOf(error))
/** A whole line that was refused behind a malformed one: DuckDB may have read that one on into it. */
const spoiltLine = new Error('A line may have been read on into the next one.')

/** Nearly always every nested document is JSON text; only after meeting one that is not, all are asked first. */
async function writeGoodRows(
  connection: DuckDBConnection,
  payload: IngestJsonLinesPayload,
  prepared: PreparedInput[],
  signal: AbortSignal,
): Promise<WrittenFile[]> {
  const directory = path.resolve(payload.outputDirectory, 'data')
  try {
    return await copyGoodRows(connection, payload, prepared, directory, true, signal)
  } catch (error) {
    if (!isMalformedJson(error)) throw error
    await rm(directory, { recursive: true })
    await mkdir(directory)
    return copyGoodRows(connection, payload, prepared, directory, false, signal)
  }
}

async function copyGoodRows(
  connection: DuckDBConnection,
  payload: IngestJsonLinesPayload,
  prepared: PreparedInput[],
  directory: string,
  wellFormed: boolean,
  signal: AbortSignal,
): Promise<WrittenFile[]> {
  const { schema, spec } = payload
  const rows = goodRows(
    mappings[payload.mapping],
    schema,
    payload,
    prepared.map(({ readPath }) => readPath),
    wellFormed,
  )
  const columns = partitionColumns(schema, spec)
  // On files of some 60 KB level 1 is as small as the default, and Bloom filters are a twelfth of the size; both cost a
  // twentieth of the time. Compaction writes with the defaults.
  const common = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false, FIELD_IDS ${fieldIdsOption(schema.fields)}, RETURN_STATS`
  if (columns.length === 0) {
    const target = path.join(directory, `${randomUUID()}.parquet`)
    const files = await copyWithStats(connection, `COPY (${rows}) TO ${sqlString(target)} (${common})`, {
      schema,
      spec,
    })
    // It writes a file even of no rows.
    return files.filter(({ dataFile }) => dataFile.recordCount > 0n)
  }
  const copy = (select: string, folder: string): Promise<WrittenFile[]> => {
    const { rows: keyed, by, ...partition } = partitioning(select, columns, schema)
    return copyWithStats(
      connection,
      `COPY (${keyed}) TO ${sqlString(folder)} (${common}, ${by}, HIVE_FILE_PATTERN false, FILENAME_PATTERN '{uuidv7}')`,
      { schema, spec, ...partition },
    )
  }
  try {
    return await copy(rows, directory)
  } catch (error) {
    if (!isOutOfMemory(error)) throw error
  }
  await connection.run(`CREATE TEMP TABLE converted AS ${rows}`)
  try {
    return await copyInParts(columns, directory, copy, signal)
  } finally {
    await connection.run('DROP TABLE converted')
  }
}

const hashSlots = 65_536

/**
 * Writes the rows of `converted` a share of the partitions at a time. DuckDB holds a block of each column for each partition
 * of a statement, some 0.8 MB of a table with 25 columns, however few the rows are: a batch of 2,000 hours does not fit into
 * what suffices for a million rows of one day.
 */
async function copyInParts(
  columns: readonly SchemaField[],
  directory: string,
  copy: (select: string, folder: string) => Promise<WrittenFile[]>,
  signal: AbortSignal,
): Promise<WrittenFile[]> {
  const slot = `hash(${columns.map(({ name }) => sqlIdentifier(name)).join(', ')}) % ${hashSlots}`
  const files: WrittenFile[] = []
  let width = hashSlots / 4
  for (let from = 0; from < hashSlots; ) {
    throwIfCancelled(signal)
    const to = Math.min(hashSlots, from + width)
    const folder = path.join(directory, randomUUID())
    try {
      files.push(
        ...(await copy(`SELECT * FROM converted WHERE ${slot} BETWEEN ${from} AND ${to - 1}`, folder)),
      )
      from = to
      // A few large partitions must not make all others go one by one.
      width = Math.min(width * 2, hashSlots / 4)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      if (!isOutOfMemory(error) || width === 1) throw error
      width = Math.ceil(width / 4)
    }
  }
  return files
}

/** Rows that fail, in order, one at a time; DuckDB numbers them over all inputs, here they are numbered within theirs. */
async function* readBadRows(
  connection: DuckDBConnection,
  mapping: Mapping,
  prepared: PreparedInput[],
): AsyncGenerator<BadRow> {
  // One thread keeps the rows in the order of the lines.
  await connection.run('SET threads = 1')
  const result = await connection.stream(
    badRows(
      mapping,
      prepared.map(({ readPath }) => readPath),
    ),
  )
  let input = 0
  let before = 0
  const rowsOf = (index: number): number => {
    const totals = prepared[index]?.totals
    return totals ? totals.lines - totals.blankLines : 0
  }
  for await (const rows of result.yieldRowsJs()) {
    for (const [row, reason] of rows) {
      const number = Number(row)
      while (number > before + rowsOf(input) && input < prepared.length) {
        before += rowsOf(input)
        input += 1
      }
      yield { input, row: number - before, reason: String(reason) }
    }
  }
}

function positionOf(input: JsonLinesInput, line: number): { partition: string; position: bigint } {
  const run = input.positions?.findLast((candidate) => candidate.firstLine <= line)
  if (run) return { partition: run.partition, position: run.position + BigInt(line - run.firstLine) }
  return { partition: input.partition ?? '', position: BigInt((input.lineBase ?? 0) + line) }
}

/** The errors of all inputs, each with its line's text, found by walking over the files along with the bad rows. */
async function* describeErrors(
  bad: AsyncIterator<BadRow>,
  prepared: PreparedInput[],
  signal: AbortSignal,
): AsyncGenerator<LineError & { raw: string; input: number }> {
  let next = await bad.next()
  for (const [index, { input, textPath, totals, truncation, closed }] of prepared.entries()) {
    if (next.done) return
    if (next.value.input !== index) continue
    const lastRow = totals.lines - totals.blankLines
    /** The row after the last malformed one. */
    let spoilt = 0
    for await (const scanned of scanLines(textPath, longestLineBytes + 1)) {
      if (next.done || next.value.input !== index) break
      if (scanned.row !== next.value.row) continue
      throwIfCancelled(signal)
      const malformed = diagnoseLine(scanned)
      if (!closed && malformed === null && scanned.row === spoilt) throw spoiltLine
      if (malformed !== null) spoilt = scanned.row + 1
      const error =
        truncation && scanned.row === lastRow
          ? `line: expected a whole line, but ${truncation}; send the file again`
          : (malformed ?? next.value.reason)
      const raw = rawText(scanned.bytes, rawBytes)
      yield {
        input: index,
        source: input.source,
        ...positionOf(input, scanned.line),
        error: storableText(error),
        raw,
        excerpt: storableText(raw.slice(0, 200)),
      }
      next = await bad.next()
    }
  }
}

interface WrittenErrors {
  files: WrittenFile[]
  sample: LineError[]
  /** Error rows by input. */
  counts: number[]
}

async function writeErrors(
  connection: DuckDBConnection,
  payload: CompletePayload,
  prepared: PreparedInput[],
  scratch: string,
  signal: AbortSignal,
): Promise<WrittenErrors> {
  const schema = payload.errorSchema
  const directory = path.resolve(payload.outputDirectory, 'errors')
  const scratchFile = path.join(scratch, 'errors.jsonl')
  const sample: LineError[] = []
  const counts = prepared.map(() => 0)
  const bad = readBadRows(connection, mappings[payload.mapping], prepared)
  await pipeline(
    Readable.from(
      (async function* () {
        for await (const { raw, input, ...error } of describeErrors(bad, prepared, signal)) {
          counts[input] = (counts[input] ?? 0) + 1
          if (sample.length < maxErrorsReturned) sample.push(error)
          yield `${JSON.stringify({
            source: error.source,
            partition: error.partition || null,
            position: error.position.toString(),
            raw,
            error: error.error,
            occurred_at: payload.processedAt,
            batch_id: payload.batchId,
          })}\n`
        }
      })(),
    ),
    createWriteStream(scratchFile),
  )
  if (counts.every((count) => count === 0)) return { files: [], sample, counts }
  await mkdir(directory, { recursive: true })
  const columns = errorTableSchema.fields.map(({ name }) => `${sqlIdentifier(name)}: 'VARCHAR'`).join(', ')
  const known = new Set(errorTableSchema.fields.map(({ name }) => name))
  const select = schema.fields
    .map(
      ({ name, type }) =>
        `CAST(${known.has(name) ? sqlIdentifier(name) : 'NULL'} AS ${duckdbType(type)}) AS ${sqlIdentifier(name)}`,
    )
    .join(', ')
  const files = await copyWithStats(
    connection,
    `COPY (SELECT ${select} FROM read_json(${sqlString(scratchFile)}, format = 'newline_delimited', columns = {${columns}}))
      TO ${sqlString(path.join(directory, `${randomUUID()}.parquet`))}
      (FORMAT parquet, COMPRESSION zstd, FIELD_IDS ${fieldIdsOption(schema.fields)}, RETURN_STATS)`,
    { schema, spec: errorTablePartitionSpec, partition: {} },
  )
  return { files, sample, counts }
}

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0)
const rowCount = (files: readonly WrittenFile[]): number =>
  sum(files.map(({ dataFile }) => Number(dataFile.recordCount)))

/**
 * Turns files of JSON Lines into the Parquet files of one table, in one SQL statement; lines that fail go to an error
 * file with their place, text and reason. Every line that is not blank ends up in exactly one of the two, which is
 * checked: lines are counted on the bytes, rows by DuckDB.
 */
export async function ingestJsonLines(
  { schema, errorSchema = errorTableSchema, ...request }: IngestJsonLinesPayload,
  context: TaskContext,
): Promise<IngestJsonLinesResult> {
  const payload = { ...request, schema: writtenColumns(schema), errorSchema: writtenColumns(errorSchema) }
  const scratch = path.join(context.options.spillDirectory, `ingest-${randomUUID()}`)
  await mkdir(payload.outputDirectory, { recursive: true })
  if ((await readdir(payload.outputDirectory)).length > 0) {
    // A table's own folder given by mistake would otherwise lose its data when the task fails.
    throw new AppError(
      'bad-input',
      `The output folder ${payload.outputDirectory} is not empty; every batch needs its own.`,
    )
  }
  try {
    await mkdir(scratch, { recursive: true })
    await mkdir(path.join(payload.outputDirectory, 'data'))
    const prepared: PreparedInput[] = []
    for (const [number, input] of payload.inputs.entries()) {
      throwIfCancelled(context.signal)
      prepared.push(await prepareInput(input, scratch, number))
    }
    return await withSession(
      context.options,
      (connection) => convert(connection, payload, prepared, scratch, context),
      { keep: true },
    )
  } catch (error) {
    await rm(payload.outputDirectory, { recursive: true, force: true })
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function convert(
  connection: DuckDBConnection,
  payload: CompletePayload,
  prepared: PreparedInput[],
  scratch: string,
  { signal, report }: TaskContext,
): Promise<IngestJsonLinesResult> {
  const bytesTotal = sum(prepared.map(({ totals }) => totals.bytes))
  const expected = prepared.map(({ totals }) => totals.lines - totals.blankLines)
  const total = sum(expected)
  const progress = (phase: TaskProgress['phase'], fraction: number, rows: number) =>
    report({ phase, fraction, bytesRead: Math.round(bytesTotal * fraction), bytesTotal, rows })
  const noErrors: WrittenErrors = { files: [], sample: [], counts: prepared.map(() => 0) }
  const write = async (inputs: PreparedInput[]): Promise<{ files: WrittenFile[]; errors: WrittenErrors }> => {
    progress('reading', 0, 0)
    await connection.run(`SET partitioned_write_flush_threshold = ${flushThreshold}`)
    const files = await watched(
      connection,
      signal,
      () => writeGoodRows(connection, payload, inputs, signal),
      (fraction) => progress('reading', fraction, Math.floor(total * fraction)),
    )
    if (rowCount(files) === total) return { files, errors: noErrors }
    progress('isolating', 0, rowCount(files))
    return {
      files,
      errors: await watched(connection, signal, () =>
        writeErrors(connection, payload, inputs, scratch, signal),
      ),
    }
  }
  const { files, errors } =
    total === 0
      ? { files: [], errors: noErrors }
      : await write(prepared).catch(async (error: unknown) => {
          if (error !== spoiltLine && !isMalformedJson(error)) throw error
          for (const folder of ['data', 'errors']) {
            await rm(path.join(payload.outputDirectory, folder), { recursive: true, force: true })
          }
          await mkdir(path.join(payload.outputDirectory, 'data'))
          const closed: PreparedInput[] = []
          // One after the other: a batch has up to a thousand files.
          for (const input of prepared) {
            throwIfCancelled(signal)
            closed.push(await withObjectsOnly(input))
          }
          return write(closed)
        })
  const rows = rowCount(files)
  const errorRows = sum(errors.counts)
  if (rows + errorRows !== total || rowCount(errors.files) !== errorRows) {
    throw new AppError(
      'internal',
      `Of ${total} lines ${rows} became rows and ${errorRows} errors (${rowCount(errors.files)} stored): they must add up. Nothing was kept; the input may have changed while it was read.`,
      { retryable: true, context: { sources: payload.inputs.map(({ source }) => source) } },
    )
  }
  progress('writing', 1, rows)
  const inputs: IngestInputSummary[] = prepared.map(({ input, totals }, index) => ({
    path: input.path,
    lines: totals.lines,
    blankLines: totals.blankLines,
    rows: (expected[index] ?? 0) - (errors.counts[index] ?? 0),
    errorRows: errors.counts[index] ?? 0,
    bytes: totals.bytes,
  }))
  return {
    files,
    rows,
    errorFiles: errors.files,
    errorRows,
    errors: errors.sample,
    blankLines: sum(prepared.map(({ totals }) => totals.blankLines)),
    inputs,
  }
}
