import { currentSnapshot, type TableMetadata } from '../spec/table-metadata.ts'

const total = (summary: Record<string, string> | undefined, key: string): bigint => {
  const value = summary?.[key]
  return value !== undefined && /^\d+$/.test(value) ? BigInt(value) : 0n
}

/** What the catalog's row says about a table's current snapshot, so that lists need no metadata file. */
export function pointerTotals(metadata: TableMetadata) {
  const snapshot = currentSnapshot(metadata)
  return {
    formatVersion: metadata.formatVersion,
    currentSnapshotId: snapshot?.snapshotId ?? null,
    records: total(snapshot?.summary, 'total-records'),
    dataFiles: total(snapshot?.summary, 'total-data-files'),
    bytes: total(snapshot?.summary, 'total-files-size'),
    lastCommitAt: snapshot ? new Date(snapshot.timestampMs) : null,
  }
}
