/** Statistics and keys that table metadata refers to (spec: "Table Statistics", "Partition Statistics", "Encryption Keys"). */

export interface BlobMetadata {
  type: string
  snapshotId: bigint
  sequenceNumber: bigint
  /** Ids of the columns the blob was made from. */
  fields: number[]
  properties?: Record<string, string>
}

/** A Puffin file with statistics of one snapshot. */
export interface StatisticsFile {
  snapshotId: bigint
  statisticsPath: string
  fileSizeInBytes: bigint
  fileFooterSizeInBytes: bigint
  /** Base64. */
  keyMetadata?: string
  blobMetadata: BlobMetadata[]
}

export interface PartitionStatisticsFile {
  snapshotId: bigint
  statisticsPath: string
  fileSizeInBytes: bigint
}

export interface EncryptedKey {
  keyId: string
  /** Base64. */
  encryptedKeyMetadata: string
  encryptedById?: string
  properties?: Record<string, string>
}
