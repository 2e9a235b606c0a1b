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
  /** Row lineage (format version 3): the id of the first row this snapshot assigns. */
  firstRowId?: bigint
  /** Row lineage (format version 3): upper bound of the rows that were assigned ids. */
  addedRows?: bigint
  /** Encryption key of the manifest list. */
  keyId?: string
}

export interface SnapshotReference {
  snapshotId: bigint
  type: 'branch' | 'tag'
  minSnapshotsToKeep?: number
  maxSnapshotAgeMs?: number
  maxRefAgeMs?: number
}

export const mainBranch = 'main'

/** Summary keys of write, audit, publish: the id a snapshot was staged under, on it and on what it was published as. */
export const wapIdKey = 'wap.id'
export const publishedWapIdKey = 'published-wap-id'
/** Summary key: the snapshot this one was cherry-picked from. */
export const sourceSnapshotIdKey = 'source-snapshot-id'
