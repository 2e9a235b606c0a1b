import { isGzip } from './file-pattern.ts'
import type { LandingFile } from './landing-file.ts'

export interface BatchLimits {
  /** A batch is about this many bytes at most; a larger file is read in pieces of this size. */
  batchBytes: number
  /** Batches that may be read side by side: the rest is spread over them. */
  lanes: number
}

export interface PlannedRange {
  file: LandingFile
  from: number
  /** Where reading ends at the latest; the exact end is at a line border. */
  to: number
}

/** Each file is read twice to know it again and has a row in the transaction: of tens of thousands neither would end in time. */
const filesPerBatch = 1_000

/** Smaller batches cost more in snapshots and small files than they gain in balance. */
const smallestShare = 32_000_000

/**
 * The next batch of files that are complete: whole files in the order of their names, so that the hours of a day's file
 * become one data file each, until the batch has its share of the bytes left. A file larger than `batchBytes` is cut.
 */
export function planLoadBatch(files: readonly LandingFile[], limits: BatchLimits): PlannedRange[] {
  const pending = files.filter((file) => file.quiet && file.position < file.size)
  pending.sort((left, right) => (left.name < right.name ? -1 : 1))
  const total = pending.reduce((sum, file) => sum + file.size - file.position, 0)
  const share = Math.min(limits.batchBytes, Math.max(smallestShare, Math.ceil(total / (2 * limits.lanes))))
  const batch: PlannedRange[] = []
  let bytes = 0
  for (const file of pending) {
    const left = file.size - file.position
    if (batch.length > 0 && bytes + left > share) break
    if (batch.length === filesPerBatch) break
    const to = isGzip(file.name) ? file.size : Math.min(file.size, file.position + limits.batchBytes)
    batch.push({ file, from: file.position, to })
    bytes += to - file.position
    // What follows a cut file's first piece must wait for its other pieces' turn.
    if (to < file.size) break
  }
  return batch
}

/** Files that still grow, once unread bytes have waited long enough: together in one batch of at most `batchBytes`. */
export function planGrowingBatch(
  files: readonly LandingFile[],
  waitingSince: ReadonlyMap<string, number>,
  options: { now: number; batchSeconds: number; batchBytes: number },
): PlannedRange[] {
  const growing = files.filter((file) => !file.quiet && file.position < file.size && !isGzip(file.name))
  const due = growing.some((file) => {
    const since = waitingSince.get(file.name)
    return (
      file.size - file.position >= options.batchBytes ||
      (since !== undefined && options.now - since >= options.batchSeconds * 1000)
    )
  })
  if (!due) return []
  // Who waits longest comes first, so that a busy file can't keep the others out of the batches.
  const since = (file: LandingFile) => waitingSince.get(file.name) ?? options.now
  growing.sort((left, right) => since(left) - since(right))
  const batch: PlannedRange[] = []
  let bytes = 0
  for (const file of growing) {
    const left = file.size - file.position
    if (batch.length > 0 && bytes + left > options.batchBytes) break
    if (batch.length === filesPerBatch) break
    const to = Math.min(file.size, file.position + options.batchBytes)
    batch.push({ file, from: file.position, to })
    bytes += to - file.position
  }
  return batch
}
