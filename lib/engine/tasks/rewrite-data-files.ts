import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../errors.ts'
import { lastUpdatedField, rowIdField } from '../../iceberg/spec/reserved-fields.ts'
import { sqlIdentifier, sqlString } from '../../mappings/sql-text.ts'
import { withSession } from '../duckdb-session.ts'
import { fieldIdsOption, readSchema } from '../duckdb-types.ts'
import { filterSql } from '../scan/filter-sql.ts'
import { pathList } from '../scan/path-list.ts'
import { prepareScan } from '../scan/scan-relation.ts'
import type { TableScan } from '../scan/table-scan.ts'
import { type TaskContext, watched } from '../task-context.ts'
import type { RewriteDataFilesPayload, RewriteDataFilesResult, WrittenFile } from '../tasks.ts'
import { copyWithStats } from '../written-files.ts'
import { sortAlongCurve } from '../z-order.ts'

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0)

/** Puts inputs into groups of about `target` bytes, in order. */
function groupBySize(
  paths: readonly string[],
  sizes: readonly number[],
  target: number | undefined,
): string[][] {
  const groups: string[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const [index, file] of paths.entries()) {
    const bytes = sizes[index] ?? 0
    // Half over is nearer to the target than a file of leftovers.
    if (groups.length === 0 || (target !== undefined && size + bytes > target * 1.5)) {
      groups.push([])
      size = 0
    }
    groups.at(-1)?.push(file)
    size += bytes
  }
  return groups
}

/**
 * Merges data files of one partition. Columns are read by field id, so that files of older schemas come out in the
 * current one. Without a sort order rows keep no order; with one the whole output is sorted, over several files too.
 */
export async function rewriteDataFiles(
  payload: RewriteDataFilesPayload,
  context: TaskContext,
): Promise<RewriteDataFilesResult> {
  if (payload.inputs.length === 0) throw new AppError('bad-input', 'There are no files to rewrite.')
  const { schema, spec, partition } = payload
  const sizes = await Promise.all(payload.inputs.map((file) => sizeOf(file)))
  const bytesRead = sum(sizes)
  const directory = path.resolve(payload.outputDirectory)
  await mkdir(directory, { recursive: true })
  const written: string[] = []
  const newFile = (): string => {
    const file = path.join(directory, `${randomUUID()}.parquet`)
    written.push(file)
    return file
  }
  const columns = payload.scan?.rowLineage ? [...schema.fields, rowIdField, lastUpdatedField] : schema.fields
  const byIds = (paths: readonly string[]): string =>
    `SELECT * FROM read_parquet(${pathList(paths)}, schema = ${readSchema(schema)}, hive_partitioning = false)`

  const work = async (connection: DuckDBConnection): Promise<WrittenFile[]> => {
    const relation = payload.scan ? await scanned(connection, payload.scan, payload) : byIds
    const ordered = (payload.sortBy?.length ?? 0) + (payload.zOrderBy?.length ?? 0) > 0
    const copies = ordered
      ? await orderedCopies(connection, relation(payload.inputs), payload, bytesRead)
      : groupBySize(payload.inputs, sizes, payload.targetFileSizeBytes).map(relation)
    if (!ordered) await connection.run('SET preserve_insertion_order = false')
    const files: WrittenFile[] = []
    for (const [index, select] of copies.entries()) {
      const report = (fraction: number) => {
        const overall = (index + fraction) / copies.length
        context.report({
          phase: 'reading',
          fraction: overall,
          bytesRead: Math.round(bytesRead * overall),
          bytesTotal: bytesRead,
          rows: sum(files.map(({ dataFile }) => Number(dataFile.recordCount))),
        })
      }
      const copy = `COPY (${select}) TO ${sqlString(newFile())}
        (FORMAT parquet, COMPRESSION zstd, FIELD_IDS ${fieldIdsOption(columns)}, RETURN_STATS)`
      const target = { schema, spec, partition }
      files.push(
        ...(await watched(connection, context.signal, () => copyWithStats(connection, copy, target), report)),
      )
    }
    const rows = files.reduce((count, { dataFile }) => count + dataFile.recordCount, 0n)
    if (payload.expectedRows !== undefined && rows !== payload.expectedRows) {
      throw new AppError(
        'corrupt',
        `The files to rewrite have ${payload.expectedRows} rows by their manifests, but ${rows} were read. Nothing was replaced; check the table's files.`,
      )
    }
    return files
  }

  try {
    const files = await withSession(context.options, work)
    return {
      files,
      rows: sum(files.map(({ dataFile }) => Number(dataFile.recordCount))),
      bytesRead,
      bytesWritten: sum(files.map(({ dataFile }) => Number(dataFile.fileSizeInBytes))),
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })))
    throw error
  }
}

/** The live rows of some of a scan's files that are to be kept. */
async function scanned(
  connection: DuckDBConnection,
  scan: TableScan,
  { without, schema }: RewriteDataFilesPayload,
): Promise<(paths: readonly string[]) => string> {
  const prepared = await prepareScan(connection, scan, 'input')
  const indexes = new Map(scan.files.map((file, index) => [file.path, index]))
  return (paths) => {
    const rows = prepared.select(paths.map((one) => indexes.get(one)).filter((index) => index !== undefined))
    // A row is left out only where the filter is true, not where it is unknown.
    return without
      ? `SELECT * FROM (${rows}) WHERE NOT coalesce(${filterSql(without, schema)}, FALSE)`
      : `SELECT * FROM (${rows})`
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (cause) {
    throw new AppError('not-found', `The data file ${file} does not exist (any more).`, { cause })
  }
}

/** Puts rows in order once, into a table that may spill to disk, then cuts it into runs of rows of about the target size. */
async function orderedCopies(
  connection: DuckDBConnection,
  relation: string,
  { sortBy = [], zOrderBy = [], targetFileSizeBytes, schema }: RewriteDataFilesPayload,
  bytes: number,
): Promise<string[]> {
  for (const name of [...sortBy.map((field) => field.name), ...zOrderBy]) {
    if (schema.fields.some((field) => field.name === name)) continue
    throw new AppError('bad-input', `The table has no column ${name} to sort by.`)
  }
  const count = targetFileSizeBytes === undefined ? 1 : Math.max(1, Math.round(bytes / targetFileSizeBytes))
  if (zOrderBy.length > 0) await sortAlongCurve(connection, relation, zOrderBy)
  else {
    const order = sortBy.map(({ name, direction, nullOrder }) => {
      const nulls = nullOrder ?? (direction === 'asc' ? 'nulls-first' : 'nulls-last')
      return `${sqlIdentifier(name)} ${direction} ${nulls === 'nulls-first' ? 'NULLS FIRST' : 'NULLS LAST'}`
    })
    const sorted = `${relation} ORDER BY ${order.join(', ')}`
    if (count === 1) return [sorted]
    await connection.run(`CREATE TEMP TABLE sorted AS ${sorted}`)
  }
  const reader = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM sorted')
  const rows = Number(reader.value(0, 0))
  const step = Math.max(1, Math.ceil(rows / count))
  return Array.from({ length: Math.max(1, Math.ceil(rows / step)) }, (_, index) => {
    const from = index * step
    return `SELECT * FROM sorted WHERE rowid >= ${from} AND rowid < ${from + step} ORDER BY rowid`
  })
}
