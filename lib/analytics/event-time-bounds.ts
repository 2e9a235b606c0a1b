import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { decodeValue } from '#lib/iceberg/spec/single-value.ts'
import { eventTimeRange } from '#lib/mappings/mapping.ts'

/** First and last event of a file in milliseconds, both included; null when the file does not say. */
export interface EventTimes {
  first: number
  last: number
}

/** Reads the bounds of the event time column (type timestamptz, microseconds) from a data file's statistics. */
export function eventTimeBounds(file: DataFile, fieldId: number): EventTimes | null {
  const [lower, upper] = [file.lowerBounds?.get(fieldId), file.upperBounds?.get(fieldId)]
  if (!lower || !upper) return null
  const milliseconds = (bytes: Uint8Array) => {
    const micros = decodeValue('timestamptz', bytes)
    return typeof micros === 'bigint' ? Number(micros / 1000n) : Number.NaN
  }
  const times = { first: milliseconds(lower), last: milliseconds(upper) }
  return Number.isFinite(times.first) && Number.isFinite(times.last) ? times : null
}

/**
 * The part of a span that is counted (`eventTimeRange`); null when there is none. One event of the year 9999 in a file
 * without partitions would be millions of days.
 */
export function countedTimes({ first, last }: EventTimes): EventTimes | null {
  const counted = {
    first: Math.max(first, eventTimeRange.from),
    last: Math.min(last, eventTimeRange.to - 1),
  }
  return counted.first <= counted.last ? counted : null
}
