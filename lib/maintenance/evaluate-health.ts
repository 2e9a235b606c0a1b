import { z } from 'zod'
import type { CompactionPolicy } from './compaction-policy.ts'
import type { PartitionFiles } from './partition-files.ts'

const count = z.number().int().min(0)

/** Kept in `IcebergTable.health`; docs/maintenance.md explains the score. */
export const TableHealthSchema = z.object({
  /** 0…100: files a reader needs ÷ files a reader has to open. */
  score: z.number().int().min(0).max(100),
  /** good from 80, fair from 50, poor below */
  grade: z.enum(['good', 'fair', 'poor']),
  snapshotId: z.string().nullable(),
  files: count,
  bytes: count,
  averageFileBytes: count,
  partitions: count,
  /** Files below `smallFileBytes`. */
  smallFiles: count,
  /** Small files in partitions that have enough of them to be merged by themselves. */
  mergeableFiles: count,
  partitionsToCompact: count,
  /** Data files that delete files apply to. */
  filesWithDeletes: count,
  targetBytes: count,
  smallFileBytes: count,
  minInputFiles: count,
  evaluatedAt: z.iso.datetime(),
})
export type TableHealth = z.infer<typeof TableHealthSchema>

const gradeOf = (score: number): TableHealth['grade'] =>
  score >= 80 ? 'good' : score >= 50 ? 'fair' : 'poor'

/**
 * How well a table's files are laid out. A partition needs as many files as its bytes fill at the target size; a few more
 * than that (fewer small ones than the policy merges) are no fault. The score is the share of the table's files that are
 * needed, so that it falls with what a reader opens in vain and one bad partition among many good ones weighs its share.
 */
export function evaluateHealth(
  partitions: readonly PartitionFiles[],
  policy: CompactionPolicy,
  at: { snapshotId: bigint | null; now: Date },
): TableHealth {
  const sum = { files: 0, bytes: 0, small: 0, mergeable: 0, needed: 0, toCompact: 0, withDeletes: 0 }
  for (const { files } of partitions) {
    const bytes = files.reduce((total, { bytes: size }) => total + size, 0)
    const small = files.filter((file) => file.bytes < policy.smallFileBytes).length
    const tooMany = small >= policy.minInputFiles
    sum.files += files.length
    sum.bytes += bytes
    sum.small += small
    sum.withDeletes += files.filter((file) => file.deletes.length > 0).length
    if (tooMany) {
      sum.mergeable += small
      sum.toCompact += 1
    }
    const ideal = Math.max(1, Math.ceil(bytes / policy.targetBytes))
    sum.needed += tooMany ? Math.min(ideal, files.length) : files.length
  }
  const score = sum.files === 0 ? 100 : Math.round((100 * sum.needed) / sum.files)
  return {
    score,
    grade: gradeOf(score),
    snapshotId: at.snapshotId?.toString() ?? null,
    files: sum.files,
    bytes: sum.bytes,
    averageFileBytes: sum.files === 0 ? 0 : Math.round(sum.bytes / sum.files),
    partitions: partitions.length,
    smallFiles: sum.small,
    mergeableFiles: sum.mergeable,
    partitionsToCompact: sum.toCompact,
    filesWithDeletes: sum.withDeletes,
    targetBytes: policy.targetBytes,
    smallFileBytes: policy.smallFileBytes,
    minInputFiles: policy.minInputFiles,
    evaluatedAt: at.now.toISOString(),
  }
}
