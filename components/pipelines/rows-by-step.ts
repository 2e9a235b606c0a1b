import type { LedgerEntry } from '#lib/api/sources.ts'

/** Rows recorded in each of the last `steps` steps before `now`, oldest first; a step without batches is 0. */
export function rowsByStep(
  entries: readonly Pick<LedgerEntry, 'recordedAt' | 'rows'>[],
  now: number,
  steps: number,
  stepMs: number,
): number[] {
  const sums = Array.from({ length: steps }, () => 0)
  const start = now - steps * stepMs
  for (const { recordedAt, rows } of entries) {
    const step = Math.floor((Date.parse(recordedAt) - start) / stepMs)
    const index = Math.min(step, steps - 1)
    if (index >= 0) sums[index] = (sums[index] ?? 0) + rows
  }
  return sums
}
