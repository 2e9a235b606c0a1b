import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'

/** A number of a snapshot's summary; 0 where the writer left it out or wrote something else. */
export function summaryCount(summary: Record<string, string>, key: string): number {
  const text = summary[key]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0
}

/** Who made a snapshot, by what its summary says: Firn's own worker, else the engine and its version. */
export function committedBy(summary: Record<string, string>): string | null {
  const own = summary['firn.worker']
  if (own !== undefined) return own
  const engine = summary['engine-name']
  if (engine !== undefined) return [engine, summary['engine-version']].filter(Boolean).join(' ')
  if (Object.keys(summary).some((key) => key.startsWith('firn.'))) return 'firn'
  return summary['spark.app.id'] === undefined ? null : 'spark'
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** Ids of the current snapshot and its ancestors as far as the metadata still knows them. */
export function currentHistory(metadata: TableMetadata): Set<bigint> {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]))
  const history = new Set<bigint>()
  let next = metadata.currentSnapshotId
  while (next !== undefined && !history.has(next)) {
    const snapshot = byId.get(next)
    if (!snapshot) break
    history.add(next)
    next = snapshot.parentSnapshotId
  }
  return history
}

/** Names of the branches and tags that point at each snapshot. */
export function refsBySnapshot(metadata: TableMetadata): Map<bigint, string[]> {
  const names = new Map<bigint, string[]>()
  for (const [name, ref] of Object.entries(metadata.refs)) {
    names.set(ref.snapshotId, [...(names.get(ref.snapshotId) ?? []), name])
  }
  return names
}

/** A snapshot's public fields; counts come from its own summary, no manifest is read. */
export function snapshotItem(
  snapshot: Snapshot,
  known: { current: bigint | undefined; history: Set<bigint>; refs: Map<bigint, string[]> },
): SnapshotItem {
  const { summary } = snapshot
  const counts = (prefix: 'added' | 'deleted') => ({
    dataFiles: summaryCount(summary, `${prefix}-data-files`),
    records: summaryCount(summary, `${prefix}-records`),
    bytes: summaryCount(summary, prefix === 'added' ? 'added-files-size' : 'removed-files-size'),
  })
  return {
    snapshotId: snapshot.snapshotId.toString(),
    parentSnapshotId: snapshot.parentSnapshotId?.toString() ?? null,
    sequenceNumber: snapshot.sequenceNumber.toString(),
    committedAt: iso(snapshot.timestampMs),
    operation: summary.operation ?? 'unknown',
    committedBy: committedBy(summary),
    schemaId: snapshot.schemaId ?? null,
    manifestList: snapshot.manifestList,
    inHistory: known.history.has(snapshot.snapshotId),
    current: snapshot.snapshotId === known.current,
    refs: known.refs.get(snapshot.snapshotId) ?? [],
    added: counts('added'),
    removed: counts('deleted'),
    totals: {
      dataFiles: summaryCount(summary, 'total-data-files'),
      records: summaryCount(summary, 'total-records'),
      bytes: summaryCount(summary, 'total-files-size'),
    },
    summary,
  }
}

/** All snapshots of a table, newest first. */
export function snapshotItems(metadata: TableMetadata): SnapshotItem[] {
  const known = {
    current: metadata.currentSnapshotId,
    history: currentHistory(metadata),
    refs: refsBySnapshot(metadata),
  }
  return metadata.snapshots
    .map((snapshot) => snapshotItem(snapshot, known))
    .sort(
      (a, b) =>
        Number(BigInt(b.sequenceNumber) - BigInt(a.sequenceNumber)) ||
        (a.committedAt < b.committedAt ? 1 : -1),
    )
}
