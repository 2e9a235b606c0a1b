import type { UnboundPartitionSpec } from '../spec/partition-spec.ts'
import type { Schema } from '../spec/schema.ts'
import type { Snapshot, SnapshotReference } from '../spec/snapshot.ts'
import type { SortOrder } from '../spec/sort-order.ts'
import type { EncryptedKey, PartitionStatisticsFile, StatisticsFile } from '../spec/statistics-file.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'

type SnapshotLogEntry = TableMetadata['snapshotLog'][number]

/** A change of table metadata (REST specification: TableUpdate). Id -1 in a "set" means the one added last. */
export type TableUpdate =
  | { action: 'assign-uuid'; uuid: string }
  | { action: 'upgrade-format-version'; formatVersion: number }
  | { action: 'add-schema'; schema: Schema }
  | { action: 'set-current-schema'; schemaId: number }
  | { action: 'remove-schemas'; schemaIds: number[] }
  /** Fields without ids get those of fields with the same source and transform, or new ones. */
  | { action: 'add-spec'; spec: UnboundPartitionSpec }
  | { action: 'set-default-spec'; specId: number }
  | { action: 'remove-partition-specs'; specIds: number[] }
  | { action: 'add-sort-order'; sortOrder: SortOrder }
  | { action: 'set-default-sort-order'; sortOrderId: number }
  | { action: 'add-snapshot'; snapshot: Snapshot }
  | ({ action: 'set-snapshot-ref'; refName: string } & SnapshotReference)
  | { action: 'remove-snapshot-ref'; refName: string }
  /** References to these snapshots and their statistics go, too. */
  | { action: 'remove-snapshots'; snapshotIds: bigint[] }
  /**
   * Puts removed snapshots back as they were, with the part of the log they had. Not an update of the protocol: to a server
   * they would be new snapshots out of order. Only the built-in catalog takes it, from maintenance.
   */
  | { action: 'restore-snapshots'; snapshots: Snapshot[]; snapshotLog: SnapshotLogEntry[] }
  | { action: 'set-statistics'; statistics: StatisticsFile }
  | { action: 'remove-statistics'; snapshotId: bigint }
  | { action: 'set-partition-statistics'; partitionStatistics: PartitionStatisticsFile }
  | { action: 'remove-partition-statistics'; snapshotId: bigint }
  | { action: 'add-encryption-key'; encryptionKey: EncryptedKey }
  | { action: 'remove-encryption-key'; keyId: string }
  | { action: 'set-location'; location: string }
  | { action: 'set-properties'; updates: Record<string, string> }
  | { action: 'remove-properties'; removals: string[] }
