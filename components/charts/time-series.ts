/** One bucket of time with a number for each series. */
export interface TimePoint {
  /** Start of the bucket, ISO 8601. */
  start: string
  /** Its end, exclusive; for the label of the tooltip. */
  end?: string
  /** null and missing are gaps, never zeros. */
  values: Readonly<Record<string, number | null>>
  /** The same bucket one period earlier. */
  previous?: Readonly<Record<string, number | null>>
  /** The bucket is still filling. */
  unfinished?: boolean
}

export interface TimeSeries {
  /** Name in `values`. */
  key: string
  label: string
  /** 1 to 5 of the palette; by position unless told. */
  color?: 1 | 2 | 3 | 4 | 5
}

/** Something that happened: drawn as a mark on the time axis. */
export interface TimeEvent {
  at: string
  label: string
  tone?: 'accent' | 'ok' | 'warn' | 'bad'
}

export type TimeUnit = 'minute' | 'hour' | 'day' | 'month'

/** CSS colour of a series. */
export const colorOf = (series: TimeSeries, index: number): string =>
  `var(--chart-${series.color ?? (index % 5) + 1})`

/** A point as recharts reads it: flat, with keys for what is drawn differently. */
export interface ChartRow {
  start: string
  point: TimePoint
  [dataKey: string]: number | null | string | TimePoint
}

export const previousKey = (key: string): string => `${key}:previous`
export const unfinishedKey = (key: string): string => `${key}:unfinished`

/**
 * Rows for the chart. For lines the unfinished bucket has a key of its own that begins at the last finished one, so
 * that it can be drawn as a dotted continuation.
 */
export function chartRows(
  points: readonly TimePoint[],
  series: readonly TimeSeries[],
  splitUnfinished: boolean,
): ChartRow[] {
  return points.map((point, index) => {
    const row: ChartRow = { start: point.start, point }
    const joins = splitUnfinished && points[index + 1]?.unfinished === true
    for (const { key } of series) {
      const value = point.values[key] ?? null
      row[key] = splitUnfinished && point.unfinished ? null : value
      if (splitUnfinished && (point.unfinished || joins)) row[unfinishedKey(key)] = value
      row[previousKey(key)] = point.previous?.[key] ?? null
    }
    return row
  })
}

/** The bucket an event falls into; undefined outside of the points. */
export function bucketOf(at: string, points: readonly TimePoint[]): TimePoint | undefined {
  const moment = Date.parse(at)
  const found = points.findLast(({ start }) => Date.parse(start) <= moment)
  if (!found) return undefined
  const last = points.at(-1)
  if (found === last && last.end !== undefined && Date.parse(last.end) <= moment) return undefined
  return found
}
