import { z } from 'zod'
import type { CompactionPolicy } from './compaction-policy.ts'
import type { PartitionTally } from './health/partition-tally.ts'
import type { TableTally } from './health/tally-table.ts'

const count = z.number().int().min(0)

/** What may take points away from a table, and how many at most. */
export const healthParts = {
  smallFiles: 100,
  deletes: 60,
  manifests: 20,
  snapshots: 20,
  skew: 10,
} as const
export type HealthPart = keyof typeof healthParts
export const healthPartNames = Object.keys(healthParts) as [HealthPart, ...HealthPart[]]

const PartSchema = z.object({
  /** What it takes away, one decimal. */
  points: z.number().min(0),
  most: z.number(),
  /** The numbers that its formula works on. */
  inputs: z.record(z.string(), z.number()),
})

/** Kept in `IcebergTable.health`; docs/maintenance.md has the formulas. */
export const TableHealthSchema = z.object({
  /** 100 less the points of all parts, at least 0. */
  score: z.number().int().min(0).max(100),
  /** good from 80, fair from 50, poor below */
  grade: z.enum(['good', 'fair', 'poor']),
  parts: z.record(z.enum(healthPartNames), PartSchema),
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
  deleteFiles: count,
  targetBytes: count,
  smallFileBytes: count,
  minInputFiles: count,
  evaluatedAt: z.iso.datetime(),
})
export type TableHealth = z.infer<typeof TableHealthSchema>

export interface PartitionHealth extends PartitionTally {
  score: number
  /** Files that would do for its bytes at the target size. */
  neededFiles: number
  points: { smallFiles: number; deletes: number }
}

/** Where the whole weight of deletes is reached: share of rows by position, by equality, number of equality delete files. */
const heavy = { positionShare: 0.2, equalityShare: 0.1, equalityFiles: 20 }
/** The largest partition, as a multiple of the mean: where skew begins and where it has its whole weight. */
const skewed = { from: 4, to: 20, leastPartitions: 4 }

const gradeOf = (score: number): TableHealth['grade'] =>
  score >= 80 ? 'good' : score >= 50 ? 'fair' : 'poor'
const rounded = (points: number): number => Math.round(points * 10) / 10
const share = (value: number): number => Math.min(1, Math.max(0, value))
const scoreOf = (points: readonly number[]): number =>
  Math.max(0, Math.round(100 - points.reduce((sum, one) => sum + one, 0)))

/**
 * How a partition is laid out. It needs as many files as its bytes fill at the target size; a few more than that (fewer
 * small ones than the policy merges) are no fault.
 */
function partitionHealth(
  tally: PartitionTally,
  policy: CompactionPolicy,
  everywhere: TableTally['everywhere'],
): PartitionHealth {
  const { files, bytes, smallFiles, rows } = tally
  const ideal = Math.max(1, Math.ceil(bytes / policy.targetBytes))
  const neededFiles = smallFiles >= policy.minInputFiles ? Math.min(ideal, files) : files
  const equalityRows = tally.equalityDeletedRows + everywhere.equalityDeletedRows
  const equalityFiles = tally.equalityDeleteFiles + everywhere.equalityDeleteFiles
  const deletes =
    tally.positionDeletedRows / Math.max(1, heavy.positionShare * rows) +
    equalityRows / Math.max(1, heavy.equalityShare * rows) +
    equalityFiles / heavy.equalityFiles
  const points = {
    smallFiles: (healthParts.smallFiles * (files - neededFiles)) / Math.max(1, files),
    deletes: healthParts.deletes * share(deletes),
  }
  return { ...tally, neededFiles, points, score: scoreOf(Object.values(points)) }
}

export interface HealthFacts {
  tally: TableTally
  policy: CompactionPolicy
  /** Manifests that would do, and the number from which they are rewritten. */
  manifests: { needed: number; minCount: number }
  snapshots: { listed: number; overdue: number }
  snapshotId: bigint | null
  now: Date
}

/** Partitions worst first: by score, then by files opened in vain. */
export const worstFirst = (partitions: readonly PartitionHealth[]): PartitionHealth[] =>
  [...partitions].sort(
    (a, b) => a.score - b.score || b.files - b.neededFiles - (a.files - a.neededFiles) || b.files - a.files,
  )

/**
 * How well a table is laid out: 100 less what small files, deletes, manifests, snapshots and skew take away, each by a
 * formula of its own. Small files and deletes weigh by the files of the partitions they are in, so that one bad partition
 * among many good ones counts its share.
 */
export function evaluateHealth({ tally, policy, manifests, snapshots, snapshotId, now }: HealthFacts): {
  health: TableHealth
  partitions: PartitionHealth[]
} {
  const partitions = tally.partitions.map((one) => partitionHealth(one, policy, tally.everywhere))
  const sum = (of: (one: PartitionHealth) => number) => partitions.reduce((total, one) => total + of(one), 0)
  const files = sum((one) => one.files)
  const bytes = sum((one) => one.bytes)
  const neededFiles = sum((one) => one.neededFiles)
  const largest = partitions.reduce((most, one) => Math.max(most, one.bytes), 0)
  const mean = bytes / Math.max(1, partitions.length)
  const ratio =
    partitions.length >= skewed.leastPartitions && largest > policy.targetBytes ? largest / mean : 0
  const surplus = Math.max(0, tally.manifests.length - manifests.needed)
  // Commits pile some up between two rewrites: half of the policy's number is no fault.
  const [free, inFull] = [manifests.minCount / 2, 2 * manifests.minCount]
  const part = (name: HealthPart, of: number, inputs: Record<string, number>) => ({
    points: rounded(healthParts[name] * share(of)),
    most: healthParts[name],
    inputs,
  })
  const deleteFiles =
    sum((one) => one.positionDeleteFiles + one.equalityDeleteFiles) + tally.everywhere.equalityDeleteFiles
  const parts = {
    smallFiles: part('smallFiles', (files - neededFiles) / Math.max(1, files), { files, neededFiles }),
    deletes: part(
      'deletes',
      sum((one) => one.points.deletes * one.files) / healthParts.deletes / Math.max(1, files),
      {
        deleteFiles,
        positionDeletedRows: sum((one) => one.positionDeletedRows),
        equalityDeletedRows: sum((one) => one.equalityDeletedRows) + tally.everywhere.equalityDeletedRows,
        rows: sum((one) => one.rows),
      },
    ),
    manifests: part('manifests', (surplus - free) / (inFull - free), {
      manifests: tally.manifests.length,
      neededManifests: manifests.needed,
      free,
      inFull,
    }),
    snapshots: part('snapshots', snapshots.overdue / 100, {
      snapshots: snapshots.listed,
      overdueSnapshots: snapshots.overdue,
    }),
    skew: part('skew', (ratio - skewed.from) / (skewed.to - skewed.from), {
      largestBytes: largest,
      meanBytes: Math.round(mean),
      partitions: partitions.length,
    }),
  } satisfies TableHealth['parts']
  const score = scoreOf(Object.values(parts).map(({ points }) => points))
  const toMerge = partitions.filter((one) => one.smallFiles >= policy.minInputFiles)
  return {
    partitions,
    health: {
      score,
      grade: gradeOf(score),
      parts,
      snapshotId: snapshotId?.toString() ?? null,
      files,
      bytes,
      averageFileBytes: files === 0 ? 0 : Math.round(bytes / files),
      partitions: partitions.length,
      smallFiles: sum((one) => one.smallFiles),
      mergeableFiles: toMerge.reduce((total, one) => total + one.smallFiles, 0),
      partitionsToCompact: toMerge.length,
      deleteFiles,
      targetBytes: policy.targetBytes,
      smallFileBytes: policy.smallFileBytes,
      minInputFiles: policy.minInputFiles,
      evaluatedAt: now.toISOString(),
    },
  }
}
