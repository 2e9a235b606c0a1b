import type { PolicyValues } from './policy/policy-fields.ts'

/** When small files are merged, and to what size. */
export interface CompactionPolicy {
  /** Size that files are merged towards, bytes. */
  targetBytes: number
  /** Files below this are small, bytes. */
  smallFileBytes: number
  /** Whether rows are written in the table's sort order. */
  strategy: 'binpack' | 'sort'
  /** Small files of a partition from which merging starts by itself; at least 2. */
  minInputFiles: number
  /** Commit in parts. */
  partialProgress: boolean
  /** Delete files on one data file from which it is rewritten whatever its size; null: never. */
  deleteFileThreshold: number | null
  /** Share of a data file's rows that are known to be deleted from which it is rewritten whatever its size; null: never. */
  deletedRowShare: number | null
  /** Delete files that apply to no data file from which they are dropped; null: they stay. */
  danglingDeleteFiles: number | null
}

/**
 * 0.75 of the target, since merging two files that are larger would overshoot the target by half. A threshold of one's
 * own counts up to the target: what was merged must not be small again.
 */
const smallFileBytes = (targetBytes: number, own: number | null): number =>
  own === null ? Math.ceil(0.75 * targetBytes) : Math.min(own, targetBytes)

/** What compaction goes by, out of a policy. */
export function compactionPolicy(values: PolicyValues): CompactionPolicy {
  const targetBytes = values['compaction.targetBytes']
  return {
    targetBytes,
    smallFileBytes: smallFileBytes(targetBytes, values['compaction.smallFileBytes']),
    strategy: values['compaction.strategy'],
    minInputFiles: values['compaction.minInputFiles'],
    partialProgress: values['compaction.partialProgress'],
    deleteFileThreshold: values['compaction.deleteFileThreshold'],
    deletedRowShare: values['compaction.deletedRowShare'],
    danglingDeleteFiles: values['compaction.danglingDeleteFiles'],
  }
}
