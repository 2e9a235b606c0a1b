import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { bucketEnd, bucketStarts, type Span } from './buckets.ts'
import type { EventTimes } from './event-time-bounds.ts'

export interface TimedFile {
  file: DataFile
  times: EventTimes
}

/** Neighbouring days that are recounted in one statement, and the files that may hold their events. */
export interface RecountChunk {
  span: Span
  days: number
  files: DataFile[]
}

export interface ChunkLimits {
  rows: number
  days: number
}

/** Bounds the engine's memory and the size of an answer (sketches of a day's hours are up to 1.6 MB as text). */
export const chunkLimits: ChunkLimits = { rows: 5_000_000, days: 8 }

const overlaps = ({ times }: TimedFile, span: Span): boolean =>
  times.first < span.to && times.last >= span.from

/** Starts of all days that the files touch, ascending. */
export function touchedDays(files: readonly TimedFile[], timeZone: string): number[] {
  const days = new Set<number>()
  for (const { times } of files) {
    for (const day of bucketStarts({ from: times.first, to: times.last + 1 }, 'day', timeZone)) days.add(day)
  }
  return [...days].sort((a, b) => a - b)
}

/** Cuts days into chunks of neighbouring days within the limits; a single day may exceed the limit of rows. */
export function planRecount(
  days: readonly number[],
  live: readonly TimedFile[],
  timeZone: string,
  limits: ChunkLimits = chunkLimits,
): RecountChunk[] {
  const chunks: { span: Span; rows: number; days: number }[] = []
  for (const from of days) {
    const span = { from, to: bucketEnd(from, 'day', timeZone) }
    const rows = live.reduce(
      (sum, timed) => (overlaps(timed, span) ? sum + Number(timed.file.recordCount) : sum),
      0,
    )
    const last = chunks.at(-1)
    if (last && last.span.to === from && last.days < limits.days && last.rows + rows <= limits.rows) {
      last.span.to = span.to
      last.rows += rows
      last.days += 1
    } else chunks.push({ span, rows, days: 1 })
  }
  return chunks.map(({ span, days: count }) => ({
    span,
    days: count,
    files: live.filter((timed) => overlaps(timed, span)).map(({ file }) => file),
  }))
}
