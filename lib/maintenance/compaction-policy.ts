import type { PolicyValues } from './policy/policy-fields.ts'

/** When small files are merged, and to what size. */
export interface CompactionPolicy {
  /** Size that files are merged towards, bytes. */
  targetBytes: number
  /** Files below this are small, bytes. */
  smallFileBytes: number
  /** In which order rows are written. */
  strategy: 'binpack' | 'sort' | 'z-order'
  /** For sort: `name` or `name desc`; null: the table's sort order. */
  sortColumns: string[] | null
  /** For z-order. */
  zOrderColumns: string[] | null
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
    sortColumns: values['compaction.sortColumns'],
    zOrderColumns: values['compaction.zOrderColumns'],
    minInputFiles: values['compaction.minInputFiles'],
    partialProgress: values['compaction.partialProgress'],
    deleteFileThreshold: values['compaction.deleteFileThreshold'],
    deletedRowShare: values['compaction.deletedRowShare'],
    danglingDeleteFiles: values['compaction.danglingDeleteFiles'],
  }
}

/** Whether the policy names columns itself: files are narrow in them only if many are put in order together. */
export const namesColumns = ({ strategy, sortColumns }: CompactionPolicy): boolean =>
  strategy === 'z-order' || (strategy === 'sort' && sortColumns !== null)

const mostTogether = { files: 16, bytes: 4 * 1_073_741_824 }

/** Bytes that are rewritten together: one file's worth, or several where the policy names columns. */
export function groupBytes(policy: CompactionPolicy): number {
  const { targetBytes } = policy
  if (!namesColumns(policy)) return targetBytes
  return Math.max(targetBytes, Math.min(mostTogether.files * targetBytes, mostTogether.bytes))
}
