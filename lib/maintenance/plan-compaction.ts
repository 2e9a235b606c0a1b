import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import { type CompactionPolicy, groupBytes, namesColumns } from './compaction-policy.ts'
import type { LiveFile, PartitionFiles } from './partition-files.ts'

/** Files of one partition that become one file, or several of the target size where the policy names columns to sort by. */
export interface CompactionGroup {
  specId: number
  partition: Record<string, PartitionValue>
  name: string
  files: LiveFile[]
  bytes: number
  /** By the manifests: rows that deletes apply to are counted. */
  rows: bigint
}

export interface CompactionPlan {
  groups: CompactionGroup[]
  /** Sums over the groups. */
  files: number
  bytes: number
  rows: bigint
}

export interface PlanOptions {
  policy: CompactionPolicy
  now: number
  /** By hand: any two small files of a partition are worth merging. */
  byHand: boolean
  /** Files of every size: for a table that is to get another order. */
  all?: boolean
}

/** A partition without news for so long is sealed: its hour is over and its small files stay as they are. */
export const sealedAfterMs = 10 * 60_000

/** In a partition that still grows, a file joins a merge only if it is at most so many times what is merged with it. */
const growthRatio = 4

/** Commit time of the newest rows, milliseconds. */
const newestArrival = (files: readonly LiveFile[]): number =>
  files.reduce((newest, { arrivedAt }) => Math.max(newest, arrivedAt ?? 0), 0)

const sumBytes = (files: readonly LiveFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * The smallest files that are worth merging while more keep arriving. Merging everything each time would write a
 * partition's rows again with every fifth commit; leaving out files that dwarf the rest bounds how often a row is
 * rewritten by the logarithm of the partition's size.
 */
function growingPrefix(ascending: readonly LiveFile[]): LiveFile[] {
  let taken = 0
  let bytes = 0
  for (const file of ascending) {
    if (taken > 0 && file.bytes > growthRatio * bytes) break
    taken += 1
    bytes += file.bytes
  }
  return ascending.slice(0, taken)
}

/**
 * Whether the deletes on a file cost readers so much that it is rewritten whatever its size. Deleted rows are counted
 * where a delete file names the one data file it is for, as deletion vectors always do.
 */
export function isBurdened(
  live: LiveFile,
  { deleteFileThreshold, deletedRowShare }: CompactionPolicy,
): boolean {
  const { deletes, file } = live
  if (deleteFileThreshold !== null && deletes.length >= deleteFileThreshold) return true
  if (deletedRowShare === null || deletes.length === 0) return false
  const own = deletes.filter((one) => one.file.referencedDataFile === file.filePath)
  const deleted = own.reduce((sum, one) => sum + Number(one.file.recordCount), 0)
  return deleted >= deletedRowShare * Number(file.recordCount)
}

/** Files that a group becomes. A rewrite makes fewer of them each time, so that none is made again and again. */
export const filesAfter = (bytes: number, policy: CompactionPolicy): number =>
  namesColumns(policy) ? Math.max(1, Math.round(bytes / policy.targetBytes)) : 1

/** First fit, largest first: bins of at most `capacity` bytes. */
function packBins(files: readonly LiveFile[], capacity: number): LiveFile[][] {
  const bins: { files: LiveFile[]; bytes: number }[] = []
  for (const file of [...files].sort((a, b) => b.bytes - a.bytes)) {
    const bin = bins.find((candidate) => candidate.bytes + file.bytes <= capacity)
    if (bin) {
      bin.files.push(file)
      bin.bytes += file.bytes
    } else bins.push({ files: [file], bytes: file.bytes })
  }
  return bins.map((bin) => bin.files)
}

/**
 * Which files to rewrite. Small files of the same partition and spec are merged, by itself from `minInputFiles` on; a file
 * with too many deletes is rewritten also alone. Deletes that apply to the files are applied.
 * Sealed partitions come first, since writers are not in their way; of these the groups that save most files, so that an
 * interrupted run has done the most useful part.
 */
export function planCompaction(partitions: readonly PartitionFiles[], options: PlanOptions): CompactionPlan {
  const { policy, now, byHand, all = false } = options
  const groups: CompactionGroup[] = []
  const hot = new Set<CompactionGroup>()
  const minimum = all ? 1 : byHand ? 2 : policy.minInputFiles
  for (const { specId, partition, name, files } of partitions) {
    const mergeable = files
      .filter((live) => all || live.bytes < policy.smallFileBytes)
      .sort((a, b) => a.bytes - b.bytes)
    const growing = now - newestArrival(files) < sealedAfterMs
    const prefix = growing && !byHand ? growingPrefix(mergeable) : mergeable
    const merged = prefix.length < minimum ? [] : prefix
    const burdened = files.filter((live) => isBurdened(live, policy))
    for (const bin of packBins([...new Set([...merged, ...burdened])], groupBytes(policy))) {
      const worthIt = all || bin.length > filesAfter(sumBytes(bin), policy)
      if (!worthIt && !bin.some((live) => isBurdened(live, policy))) continue
      const group: CompactionGroup = {
        specId,
        partition,
        name,
        files: bin,
        bytes: sumBytes(bin),
        rows: bin.reduce((sum, live) => sum + live.file.recordCount, 0n),
      }
      groups.push(group)
      if (growing) hot.add(group)
    }
  }
  groups.sort(
    (a, b) => Number(hot.has(a)) - Number(hot.has(b)) || b.files.length - a.files.length || a.bytes - b.bytes,
  )
  return {
    groups,
    files: groups.reduce((sum, group) => sum + group.files.length, 0),
    bytes: groups.reduce((sum, group) => sum + group.bytes, 0),
    rows: groups.reduce((sum, group) => sum + group.rows, 0n),
  }
}
