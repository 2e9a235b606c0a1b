import { z } from 'zod'
import type { SnapshotItem, Timeline, TimelinePoint } from '#lib/api/catalog-schemas.ts'
import { averageBytes } from './table-item.ts'

const isCompaction = (snapshot: SnapshotItem): boolean =>
  snapshot.operation === 'replace' && snapshot.removed.dataFiles > snapshot.added.dataFiles

/** Evenly spaced members of a list, the first and the last among them. */
function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  if (count < 2) return items.slice(-count || items.length)
  const step = (items.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as T)
}

/**
 * Picks at most `limit` snapshots (oldest first) to draw. Compactions and the snapshot right before each stay, since the
 * drop between the two is what the chart is for; the newest ones win where even these are too many. The rest is thinned evenly.
 */
export function downsample(snapshots: readonly SnapshotItem[], limit: number): SnapshotItem[] {
  if (snapshots.length <= limit) return [...snapshots]
  const marked = new Set<number>()
  snapshots.forEach((snapshot, index) => {
    if (!isCompaction(snapshot)) return
    if (index > 0) marked.add(index - 1)
    marked.add(index)
  })
  const kept = [...marked].slice(-Math.floor(limit / 2))
  const keptSet = new Set(kept)
  const others = evenly(
    [...snapshots.keys()].filter((index) => !keptSet.has(index)),
    limit - kept.length,
  )
  return [...kept, ...others].sort((a, b) => a - b).map((index) => snapshots[index] as SnapshotItem)
}

const measureOf = ({ dataFiles, bytes }: SnapshotItem['totals']) => ({
  files: dataFiles,
  bytes,
  averageFileBytes: averageBytes(bytes, dataFiles),
})

const point = (snapshot: SnapshotItem): TimelinePoint => ({
  snapshotId: snapshot.snapshotId,
  at: snapshot.committedAt,
  operation: snapshot.operation,
  rows: snapshot.totals.records,
  ...measureOf(snapshot.totals),
  addedRows: snapshot.added.records,
})

/**
 * The series behind a table's chart, oldest first, from the summaries in the metadata. A compaction's "before" is what its
 * own summary removed added back to its totals, so it holds even where the parent snapshot has expired.
 */
export function buildTimeline(newestFirst: readonly SnapshotItem[], limit: number): Timeline {
  const history = newestFirst.filter((snapshot) => snapshot.inHistory).reverse()
  return {
    points: downsample(history, limit).map(point),
    snapshots: history.length,
    compactions: history
      .filter(isCompaction)
      .slice(-limit)
      .map((snapshot) => {
        const { totals, added, removed } = snapshot
        return {
          snapshotId: snapshot.snapshotId,
          at: snapshot.committedAt,
          runId: z.uuid().safeParse(snapshot.summary['firn.run-id']).data ?? null,
          before: measureOf({
            records: totals.records,
            dataFiles: Math.max(0, totals.dataFiles - added.dataFiles + removed.dataFiles),
            bytes: Math.max(0, totals.bytes - added.bytes + removed.bytes),
          }),
          after: measureOf(totals),
          removed: measureOf(removed),
          added: measureOf(added),
        }
      }),
  }
}

/** Rows that appends added within `seconds` before `now`, null where there were none. */
export function recentThroughput(
  newestFirst: readonly SnapshotItem[],
  now: Date,
  seconds: number,
): { records: number; seconds: number; recordsPerSecond: number } | null {
  const since = new Date(now.getTime() - seconds * 1_000).toISOString()
  const recent = newestFirst.filter(
    (item) => item.inHistory && item.operation !== 'replace' && item.committedAt > since,
  )
  const records = recent.reduce((sum, item) => sum + item.added.records, 0)
  return records === 0 ? null : { records, seconds, recordsPerSecond: records / seconds }
}
