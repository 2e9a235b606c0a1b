export type Operation = 'append' | 'replace' | 'overwrite' | 'delete'

export interface Snapshot {
  snapshotId: bigint
  parentSnapshotId?: bigint
  /** 0 in tables of format version 1. */
  sequenceNumber: bigint
  /** Milliseconds since the epoch. */
  timestampMs: number
  manifestList: string
  /** `operation` and the standard keys (`added-data-files`, `total-records`, …) as text. */
  summary: Record<string, string>
  schemaId?: number
  /** Format version 3: the table's next row id before this snapshot, and how many ids it took. */
  firstRowId?: bigint
  addedRows?: bigint
}

export interface SnapshotReference {
  snapshotId: bigint
  type: 'branch' | 'tag'
  minSnapshotsToKeep?: number
  maxSnapshotAgeMs?: number
  maxRefAgeMs?: number
}

export const mainBranch = 'main'
