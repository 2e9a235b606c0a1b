import type { PartitionValue } from './partition-value.ts'

export type DataFileContent = 'data' | 'position-deletes' | 'equality-deletes'

/** PUFFIN holds deletion vectors only. */
export type FileFormat = 'PARQUET' | 'AVRO' | 'ORC' | 'PUFFIN'

/** A data file or delete file as manifests describe it (spec: "Manifests", struct data_file). Maps go by field id. */
export interface DataFile {
  content: DataFileContent
  filePath: string
  fileFormat: FileFormat
  specId: number
  /** By partition field name. */
  partition: Record<string, PartitionValue>
  recordCount: bigint
  fileSizeInBytes: bigint
  /** Bytes on disk. */
  columnSizes?: Map<number, bigint>
  /** Values including nulls and NaNs. */
  valueCounts?: Map<number, bigint>
  nullValueCounts?: Map<number, bigint>
  nanValueCounts?: Map<number, bigint>
  /** Single-value serialization; a string or binary may be shortened, see `encodeBound`. */
  lowerBounds?: Map<number, Uint8Array>
  upperBounds?: Map<number, Uint8Array>
  splitOffsets?: bigint[]
  /** Equality deletes: ids of the fields that decide. */
  equalityIds?: number[]
  sortOrderId?: number
  keyMetadata?: Uint8Array
  /** Position deletes that concern one data file only: its location. */
  referencedDataFile?: string
  /** Deletion vectors: where the blob lies in the puffin file, and its bytes. */
  contentOffset?: bigint
  contentSizeInBytes?: bigint
  /** Format version 3, data files: `_row_id` of the first row where rows have none of their own. */
  firstRowId?: bigint
}

/** What tells files of a snapshot apart. A puffin file holds many deletion vectors, each a delete file of its own. */
export const fileKey = (file: DataFile): string => `${file.contentOffset ?? ''} ${file.filePath}`
