import type { PlanAction } from './plan-types.ts'

/** What an action's time depends on. */
export interface RunWork {
  /** Files of the plan: data files to be merged, files for the quarantine, manifests. */
  files: number
  bytes: number
  snapshots: number
}

/** An earlier run of the action. */
export interface EarlierRun {
  work: RunWork
  durationMs: number
  /** Compactions. */
  bytesWritten?: number
}

export interface RunEstimate {
  ms: number
  /** Whose earlier runs it goes by: this table's, those of all tables, or none. */
  basis: 'table' | 'all' | 'default'
  /** How many runs. */
  runs: number
}

/**
 * What one run costs on a machine with two cores and a local store: a fixed part, each file, each snapshot, and bytes where
 * they are read. The parts decide how a run grows with its plan; how fast this machine and store really are is taken from
 * earlier runs.
 */
const rates: Record<PlanAction, { fixedMs: number; fileMs: number; snapshotMs: number; bytesPerMs: number }> =
  {
    compaction: { fixedMs: 300, fileMs: 1, snapshotMs: 0, bytesPerMs: 40_000 },
    'tag-snapshots': { fixedMs: 200, fileMs: 0, snapshotMs: 0, bytesPerMs: Number.POSITIVE_INFINITY },
    'expire-snapshots': {
      fixedMs: 200,
      fileMs: 0.2,
      snapshotMs: 1,
      bytesPerMs: Number.POSITIVE_INFINITY,
    },
    'remove-orphan-files': {
      fixedMs: 200,
      fileMs: 0.2,
      snapshotMs: 0,
      bytesPerMs: Number.POSITIVE_INFINITY,
    },
    'delete-old-rows': { fixedMs: 200, fileMs: 0.1, snapshotMs: 0, bytesPerMs: Number.POSITIVE_INFINITY },
    'rewrite-manifests': { fixedMs: 200, fileMs: 2, snapshotMs: 0, bytesPerMs: 20_000 },
    'purge-dropped-table': {
      fixedMs: 200,
      fileMs: 0.2,
      snapshotMs: 0,
      bytesPerMs: Number.POSITIVE_INFINITY,
    },
  }

function defaultMs(action: PlanAction, { files, bytes, snapshots }: RunWork): number {
  const { fixedMs, fileMs, snapshotMs, bytesPerMs } = rates[action]
  return fixedMs + fileMs * files + snapshotMs * snapshots + bytes / bytesPerMs
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

/**
 * How long a run will take: what the default rates say, times how much longer (or shorter) than that earlier runs took,
 * together. Those of the same table count if there are any, else those of all tables.
 */
export function estimateRun(
  action: PlanAction,
  work: RunWork,
  earlier: { table: readonly EarlierRun[]; all: readonly EarlierRun[] },
): RunEstimate {
  const basis = earlier.table.length > 0 ? 'table' : earlier.all.length > 0 ? 'all' : 'default'
  const runs = basis === 'default' ? [] : earlier[basis]
  const factor =
    runs.length === 0
      ? 1
      : sum(runs, ({ durationMs }) => durationMs) / sum(runs, (run) => defaultMs(action, run.work))
  return { ms: Math.round(defaultMs(action, work) * factor), basis, runs: runs.length }
}

/** Bytes that a compaction will write: the share of the read ones that earlier runs wrote; all of them where there were none. */
export function estimateBytesWritten(
  bytes: number,
  earlier: { table: readonly EarlierRun[]; all: readonly EarlierRun[] },
): number {
  const runs = (earlier.table.length > 0 ? earlier.table : earlier.all).filter(
    ({ bytesWritten }) => bytesWritten !== undefined,
  )
  const read = sum(runs, ({ work }) => work.bytes)
  return read === 0 ? bytes : Math.round((bytes * sum(runs, ({ bytesWritten }) => bytesWritten ?? 0)) / read)
}
