import type { DataFile } from './data-file.ts'

export type ManifestContent = 'data' | 'deletes'
export type EntryStatus = 'existing' | 'added' | 'deleted'

/** What a manifest list says about the values of one partition field in a manifest. */
export interface FieldSummary {
  containsNull: boolean
  containsNan?: boolean
  /** Single-value serialization of the partition field's type, never shortened by us. */
  lowerBound?: Uint8Array
  upperBound?: Uint8Array
}

/** One entry of a manifest list (spec: struct manifest_file). */
export interface ManifestFile {
  manifestPath: string
  /** Bytes. */
  manifestLength: bigint
  partitionSpecId: number
  content: ManifestContent
  /** When the manifest was added to the table; 0 for manifests of format version 1. */
  sequenceNumber: bigint
  /** The lowest data sequence number of its live files. */
  minSequenceNumber: bigint
  addedSnapshotId: bigint
  addedFilesCount: number
  existingFilesCount: number
  deletedFilesCount: number
  addedRowsCount: bigint
  existingRowsCount: bigint
  deletedRowsCount: bigint
  /** Format version 3, data manifests: where row ids of files without one of their own begin. */
  firstRowId?: bigint
  /** In the order of the spec's fields. */
  partitions?: FieldSummary[]
  keyMetadata?: Uint8Array
}

/** One entry of a manifest, after inheritance of snapshot id and sequence numbers from the manifest list. */
export interface ManifestEntry {
  status: EntryStatus
  snapshotId: bigint
  /** Data sequence number: what decides which deletes apply. */
  sequenceNumber: bigint
  /** When the file was added; differs from the data sequence number after a rewrite. */
  fileSequenceNumber: bigint
  file: DataFile
}

/** A data file as it is in some manifest, to be copied into another one of the same Avro schema. */
export interface EncodedDataFile {
  schemaText: string
  bytes: Uint8Array
}

/** An entry to be written. Absent sequence numbers of an added file are inherited from the commit. */
export interface NewManifestEntry {
  status: EntryStatus
  snapshotId: bigint
  sequenceNumber?: bigint
  fileSequenceNumber?: bigint
  file: DataFile
  /** Written instead of `file` where the schema is the same; then `file` need not be complete. */
  encoded?: EncodedDataFile
}
