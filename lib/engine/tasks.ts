import type { BoundExpression } from '../iceberg/scan/bind.ts'
import type { DataFile } from '../iceberg/spec/data-file.ts'
import type { PartitionSpec } from '../iceberg/spec/partition-spec.ts'
import type { PartitionValue } from '../iceberg/spec/partition-value.ts'
import type { Schema } from '../iceberg/spec/schema.ts'
import type { TableScan } from './scan/table-scan.ts'

/**
 * What may be asked of the engine's processes, by name. Payloads and results cross a process border by structured clone:
 * bigint, Map, Buffer and Date survive, functions and class instances do not. All paths are local; the caller moves
 * files between object store and disk.
 */

/** Lines `firstLine…` (1-based, counted in the input as read) came from consecutive positions starting at `position`. */
export interface PositionRun {
  firstLine: number
  /** A Kafka partition as text. */
  partition: string
  /** The Kafka offset of `firstLine`. A gap in the offsets starts another run. */
  position: bigint
}

/** One local file of JSON Lines (`.gz` is read as gzip), or a byte range of it that starts and ends at line borders. */
export interface JsonLinesInput {
  path: string
  /** Name for the error table, for example the landing-zone URI or the topic. */
  source: string
  /** Half-open byte range [from, to) of the uncompressed file; the whole file when left out. Not for gzip. */
  from?: number
  to?: number
  /** Lines that come before `from` in the file, so that errors carry the file's own line numbers. Default 0. */
  lineBase?: number
  /** The error table's partition column: a Kafka partition, or empty. */
  partition?: string
  /** Where lines came from when that is not their own number: Kafka offsets. In ascending order of firstLine. */
  positions?: PositionRun[]
}

export interface IngestJsonLinesPayload {
  inputs: JsonLinesInput[]
  mapping: 'recipe-events'
  /** Absent or empty folder to be filled: `<outputDirectory>/data/year=…/….parquet` and `<outputDirectory>/errors/….parquet`. Removed again when the task fails. */
  outputDirectory: string
  /** The target table's current schema and spec; columns are matched to the mapping by name, written with its field ids. */
  schema: Schema
  spec: PartitionSpec
  /** The error table's schema (lib/mappings/error-table.ts by default). */
  errorSchema?: Schema
  batchId: string
  /** ISO 8601 instant for the column processed_at and the errors' occurred_at. */
  processedAt: string
  dataSource: string
  pipelineVersion: string
}

/** A Parquet file on local disk; `dataFile.filePath` is the local path until the caller has stored the file elsewhere. */
export interface WrittenFile {
  localPath: string
  /** Path under the table's `data/` folder, for example `year=2025/month=7/day=1/hour=0/<uuid>.parquet`. */
  relativePath: string
  dataFile: DataFile
}

export interface LineError {
  source: string
  partition: string
  /** Line number, or Kafka offset. */
  position: bigint
  error: string
  /** First 200 characters of the line. */
  excerpt: string
}

export interface IngestInputSummary {
  path: string
  /** Lines read, blank ones too: add it to lineBase for the next range of the same file. */
  lines: number
  blankLines: number
  rows: number
  errorRows: number
  bytes: number
}

export interface IngestJsonLinesResult {
  files: WrittenFile[]
  /** Rows in `files`. Invariant, checked in the task: lines = rows + errorRows + blankLines. */
  rows: number
  errorFiles: WrittenFile[]
  errorRows: number
  /** The first 100 errors. */
  errors: LineError[]
  blankLines: number
  inputs: IngestInputSummary[]
}

export interface SortField {
  name: string
  direction: 'asc' | 'desc'
  /** Default: first when ascending, last when descending. */
  nullOrder?: 'nulls-first' | 'nulls-last'
}

export interface RewriteDataFilesPayload {
  /** Local paths of Parquet files, in any of the table's schemas; columns are found by field id. */
  inputs: string[]
  /**
   * The same files as a scan, in the same order, where more than their bytes counts: deletes are applied, row lineage is
   * kept when the scan has it, files without field ids are read by name.
   */
  scan?: TableScan
  /** With `scan`: rows for which this holds are left out. */
  without?: BoundExpression
  schema: Schema
  spec: PartitionSpec
  /** Partition values shared by all inputs, by partition field name. */
  partition: Record<string, PartitionValue>
  /** Folder to be filled; partition folders and a UUID name are added. */
  outputDirectory: string
  /** Split the output when it would be larger than about this many bytes; one file when left out. */
  targetFileSizeBytes?: number
  sortBy?: SortField[]
  /** Two to four columns: rows lie along a Z-order curve through their ranks, so that files are narrow in each of them. Not with `sortBy`. */
  zOrderBy?: string[]
  /** Rows the inputs have by their manifests: the task fails if the output has another count. */
  expectedRows?: bigint
}

export interface RewriteDataFilesResult {
  files: WrittenFile[]
  rows: number
  bytesRead: number
  bytesWritten: number
}

export type QueryParameter = string | number | bigint | boolean | null

export interface QueryPayload {
  /** One statement. `$1`, `$2`… or `$name` are bound from params. */
  sql: string
  params?: QueryParameter[] | Record<string, QueryParameter>
  /** Tables of the statement by name: each becomes a view of its live rows. */
  tables?: Record<string, TableScan>
  /** Fails beyond this many rows. Default 100,000. */
  maxRows?: number
}

export interface QueryResult {
  columns: { name: string; type: string }[]
  /** Values as JSON: 64-bit integers, decimals, dates and timestamps as text; smaller numbers as numbers. */
  rows: Record<string, unknown>[]
}

export interface DeleteRowsPayload {
  /** The files that may have rows to delete. */
  scan: TableScan
  /** Rows for which this holds are deleted. */
  filter: BoundExpression
  /** Position delete files (format version 2), deletion vectors in one puffin file (version 3), or nothing: only count. */
  as: 'position-deletes' | 'deletion-vectors' | 'counts'
  /** Folder to be filled. */
  outputDirectory: string
}

/** What is deleted from one data file. */
export interface DeletedRows {
  /** Index into `scan.files`. */
  file: number
  /** Rows that are deleted now, and were not before. */
  rows: bigint
  /** All rows of the file that the delete file names; a deletion vector also has those of earlier ones. */
  positions: bigint
  /** Local path of the delete file; empty when only counted. */
  localPath: string
  fileSizeInBytes: bigint
  /** Deletion vectors: their place in the file. */
  contentOffset?: bigint
  contentSizeInBytes?: bigint
}

export interface DeleteRowsResult {
  deleted: DeletedRows[]
}

export interface TaskTypes {
  ingestJsonLines: { payload: IngestJsonLinesPayload; result: IngestJsonLinesResult }
  rewriteDataFiles: { payload: RewriteDataFilesPayload; result: RewriteDataFilesResult }
  deleteRows: { payload: DeleteRowsPayload; result: DeleteRowsResult }
  query: { payload: QueryPayload; result: QueryResult }
}

export type TaskName = keyof TaskTypes
export type TaskPayload<Name extends TaskName> = TaskTypes[Name]['payload']
export type TaskResult<Name extends TaskName> = TaskTypes[Name]['result']

export interface TaskProgress {
  phase: 'reading' | 'writing' | 'isolating'
  /** 0…1, never falling within a phase. */
  fraction: number
  bytesRead: number
  bytesTotal: number
  /** Rows known so far; exact at the end of a task. */
  rows: number
}
