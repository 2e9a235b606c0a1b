import type { PartitionSpec } from './partition-spec.ts'
import type { Schema } from './schema.ts'
import type { Snapshot, SnapshotReference } from './snapshot.ts'
import type { SortOrder } from './sort-order.ts'
import { SpecError } from './spec-error.ts'
import type { EncryptedKey, PartitionStatisticsFile, StatisticsFile } from './statistics-file.ts'

export const formatVersions = [1, 2, 3] as const
export type FormatVersion = (typeof formatVersions)[number]

/** Table metadata (spec: "Table Metadata Fields"), format versions 1 to 3. Treat as immutable. */
export interface TableMetadata {
  formatVersion: FormatVersion
  tableUuid: string
  location: string
  lastSequenceNumber: bigint
  /** Milliseconds since the epoch. */
  lastUpdatedMs: number
  lastColumnId: number
  schemas: Schema[]
  currentSchemaId: number
  partitionSpecs: PartitionSpec[]
  defaultSpecId: number
  lastPartitionId: number
  properties: Record<string, string>
  currentSnapshotId?: bigint
  snapshots: Snapshot[]
  snapshotLog: { snapshotId: bigint; timestampMs: number }[]
  metadataLog: { metadataFile: string; timestampMs: number }[]
  sortOrders: SortOrder[]
  defaultSortOrderId: number
  refs: Record<string, SnapshotReference>
  /** Row lineage (format version 3): higher than all assigned row ids. 0 in older versions. */
  nextRowId: bigint
  statistics: StatisticsFile[]
  partitionStatistics: PartitionStatisticsFile[]
  encryptionKeys: EncryptedKey[]
  /** Top-level fields this version does not know, kept as they were read. */
  other?: Record<string, unknown>
}

function required<T>(found: T | undefined, what: string): T {
  if (found === undefined)
    throw new SpecError(`The table metadata refers to ${what}, which it does not contain.`)
  return found
}

/** The format version in which manifests and manifest lists of the table are written. */
export const manifestVersion = (metadata: TableMetadata): 2 | 3 => (metadata.formatVersion === 3 ? 3 : 2)

export const schemaById = (metadata: TableMetadata, id: number): Schema =>
  required(
    metadata.schemas.find((schema) => schema.schemaId === id),
    `schema ${id}`,
  )

export const currentSchema = (metadata: TableMetadata): Schema =>
  schemaById(metadata, metadata.currentSchemaId)

export const specById = (metadata: TableMetadata, id: number): PartitionSpec =>
  required(
    metadata.partitionSpecs.find((spec) => spec.specId === id),
    `partition spec ${id}`,
  )

export const defaultSpec = (metadata: TableMetadata): PartitionSpec =>
  specById(metadata, metadata.defaultSpecId)

export const findSnapshot = (metadata: TableMetadata, id: bigint): Snapshot | undefined =>
  metadata.snapshots.find((snapshot) => snapshot.snapshotId === id)

/** The current snapshot of branch main, undefined for a table nothing was committed to. */
export const currentSnapshot = (metadata: TableMetadata): Snapshot | undefined =>
  metadata.currentSnapshotId === undefined
    ? undefined
    : required(findSnapshot(metadata, metadata.currentSnapshotId), `snapshot ${metadata.currentSnapshotId}`)
