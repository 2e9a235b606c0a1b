import type { MappedField } from '../../iceberg/spec/name-mapping.ts'
import type { PartitionValue } from '../../iceberg/spec/partition-value.ts'
import type { Schema } from '../../iceberg/spec/schema.ts'
import type { PrimitiveType } from '../../iceberg/spec/types.ts'

/**
 * A table at a snapshot as the engine reads it: data files and the deletes that apply to them, all on local disk. It
 * crosses the process border by structured clone.
 */
export interface TableScan {
  /** Columns of the result. */
  schema: Schema
  /** All schemas of the table: equality deletes may name columns that were dropped since. */
  schemas: readonly Schema[]
  /** Stands in for field ids in files that have none. */
  nameMapping?: readonly MappedField[]
  files: ScanFile[]
  /** Delete files; `ScanFile.deletes` are indexes into them. */
  deletes: ScanDelete[]
  /** Adds `_row_id` and `_last_updated_sequence_number` (format version 3). */
  rowLineage?: boolean
}

export interface ScanFile {
  /** Local path. */
  path: string
  /** Location in the table, as position deletes name it. */
  location: string
  recordCount: bigint
  /** Data sequence number. */
  sequenceNumber: bigint
  /** Equal for files of the same spec and partition. */
  partitionKey: string
  /** Values of identity partition fields, for columns that are missing in the file. */
  identityValues: { fieldId: number; type: PrimitiveType; value: PartitionValue }[]
  /** `_row_id` of the first row, for rows that have none stored. */
  firstRowId?: bigint
  deletes: number[]
}

export type ScanDelete =
  | { kind: 'position-deletes'; path: string }
  | { kind: 'deletion-vector'; path: string; offset: number; length: number; recordCount: bigint }
  | {
      kind: 'equality-deletes'
      path: string
      sequenceNumber: bigint
      /** Null: of an unpartitioned spec, applies to all partitions. */
      partitionKey: string | null
      equalityIds: number[]
    }

/** Names of columns that scans add; no table's column may have them. */
export const scanColumns = { file: '__firn_file', position: 'file_row_number' } as const
