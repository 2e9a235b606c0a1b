import type { Engine } from '#lib/engine/engine.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { filesByManifest } from '#lib/iceberg/scan/files-by-manifest.ts'
import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import type { IcebergType } from '#lib/iceberg/spec/types.ts'
import { sqlIdentifier } from '#lib/mappings/sql-text.ts'
import { localTableScan } from './local-table-scan.ts'

export interface PreviewOptions {
  /** Default: the current snapshot. */
  snapshotId?: bigint
  /** Columns to read, with the table's ids. */
  schema: Schema
  /** Rows at most. */
  limit: number
  signal?: AbortSignal
}

/** A value too long to be shown: where it is, and how many bytes of text (hexadecimal for binary) it has. */
export interface CutValue {
  row: number
  column: number
  length: number
}

export interface RowPreview {
  /** Values by column as JSON: 64-bit integers, decimals and times as text; structs as objects; maps as lists of pairs. */
  rows: unknown[][]
  cut: CutValue[]
  /** Data files that were read, of those the snapshot has. */
  filesRead: number
  filesTotal: number
  /** True when these are all rows there are. */
  complete: boolean
}

/** Longer texts are cut for the screen. In characters. */
const longestText = 2_000
/** Longer nested values are shown as the beginning of their text. */
const longestNested = 20_000
/** Deletes may leave nothing of file after file: beyond this many the preview is what was found. */
const mostFiles = 200
/** The first step reads one file; each next one twice as many, up to this. */
const mostFilesAtOnce = 32

/** A value bounded in length, and its whole length where it was cut. */
function boundedSql(column: string, type: IcebergType): { value: string; length: string } | null {
  if (typeof type === 'string') {
    const isBinary = type === 'binary' || type.startsWith('fixed')
    if (type !== 'string' && !isBinary) return null
    const text = isBinary ? `lower(hex(${column}))` : column
    return {
      value: `left(${text}, ${longestText})`,
      length: `CASE WHEN length(${text}) > ${longestText} THEN strlen(${text}) END`,
    }
  }
  const text = `CAST(${column} AS VARCHAR)`
  return {
    value: `CASE WHEN strlen(${text}) <= ${longestNested} THEN ${column} END`,
    length: `CASE WHEN strlen(${text}) > ${longestNested} THEN strlen(${text}) END`,
  }
}

/** The statement over the relation `preview`: columns v0, v1, … and, where a value may be cut, l0, l1, … and t0, t1, … */
function previewSql(schema: Schema, limit: number): string {
  const columns = schema.fields.flatMap(({ name, type }, index) => {
    const column = sqlIdentifier(name)
    const bounded = boundedSql(column, type)
    if (!bounded) return [`${column} AS v${index}`]
    const parts = [`${bounded.value} AS v${index}`, `${bounded.length} AS l${index}`]
    if (typeof type !== 'string') {
      parts.push(
        `CASE WHEN ${bounded.length} IS NOT NULL THEN left(CAST(${column} AS VARCHAR), ${longestText}) END AS t${index}`,
      )
    }
    return parts
  })
  return `SELECT ${columns.length > 0 ? columns.join(', ') : '1 AS nothing'} FROM (SELECT * FROM preview LIMIT ${limit}) rows`
}

/**
 * The first rows of a table at a snapshot, with its deletes applied. Manifests and files are read one after the other
 * until there are enough rows; each statement has the rest of the limit, so that a large file is not read to its end.
 * @throws AppError as the engine and the store do; `cancelled` when `signal` is aborted
 */
export async function previewRows(
  engine: Engine,
  table: Table,
  options: PreviewOptions,
): Promise<RowPreview> {
  const { snapshotId, schema, limit, signal } = options
  const files = await filesByManifest(table, snapshotId)
  const preview: RowPreview = {
    rows: [],
    cut: [],
    filesRead: 0,
    filesTotal: files.total,
    complete: false,
  }
  let atOnce = 1
  const isFull = () => preview.rows.length >= limit || preview.filesRead >= mostFiles
  for await (const tasks of files.steps()) {
    for (let next = 0; next < tasks.length && !isFull(); ) {
      signal?.throwIfAborted()
      const batch = tasks.slice(next, next + Math.min(atOnce, mostFiles - preview.filesRead))
      next += batch.length
      atOnce = Math.min(atOnce * 2, mostFilesAtOnce)
      await readBatch(batch)
    }
    if (isFull()) break
  }
  preview.complete = preview.rows.length < limit && preview.filesRead >= files.total
  return preview

  async function readBatch(batch: readonly FileScanTask[]): Promise<void> {
    const scan = await localTableScan(table, batch, { schema })
    const { rows } = await engine.run(
      'query',
      { sql: previewSql(schema, limit - preview.rows.length), tables: { preview: scan }, maxRows: limit },
      signal ? { signal } : {},
    )
    preview.filesRead += batch.length
    for (const row of rows) {
      const number = preview.rows.length
      preview.rows.push(
        schema.fields.map((_, column) => {
          const length = row[`l${column}`]
          if (length !== null && length !== undefined) {
            preview.cut.push({ row: number, column, length: Number(length) })
            return row[`t${column}`] ?? row[`v${column}`]
          }
          return row[`v${column}`] ?? null
        }),
      )
    }
  }
}
