import type { PartitionItem } from '#lib/api/catalog-schemas.ts'

/** A partition placed by its day and hour. */
export interface HourCell {
  /** `2025-07-01` */
  day: string
  hour: number
  item: PartitionItem
}

export interface HourGrid {
  /** Days from the first to the last; null stands for a longer time without any partition. */
  days: (string | null)[]
  cells: Map<string, HourCell>
}

const pad = (value: string): string => value.padStart(2, '0')
const isDay = /^\d{4}-\d{2}-\d{2}$/

/** Day and hour of a partition: from fields year, month, day, hour, from a day and an hour field, or from one `hour` transform. */
function placeOf(partition: Record<string, string | null>): { day: string; hour: number } | null {
  const { year, month, day, hour } = partition
  if (year && month && day && hour && !isDay.test(day)) {
    return { day: `${year}-${pad(month)}-${pad(day)}`, hour: Number(hour) }
  }
  for (const value of Object.values(partition)) {
    const match = /^(\d{4}-\d{2}-\d{2})[T-](\d{2})$/.exec(value ?? '')
    if (match?.[1]) return { day: match[1], hour: Number(match[2]) }
  }
  return null
}

const dayMs = 86_400_000

/** At most so many columns fit side by side and stay visible. */
const mostColumns = 62

/** Missing days up to so many are drawn, since they ask to be noticed; more are one break in the axis. */
const longestGap = 7

/** The days with partitions, the missing ones between them, and a break where too many are missing. */
function axisOf(known: readonly string[]): (string | null)[] {
  const axis: (string | null)[] = []
  let last: number | undefined
  for (const day of known) {
    const time = Date.parse(day)
    const missing = last === undefined ? 0 : Math.round((time - last) / dayMs) - 1
    if (missing > longestGap) axis.push(null)
    else {
      for (let back = missing; back > 0; back -= 1) {
        axis.push(new Date(time - back * dayMs).toISOString().slice(0, 10))
      }
    }
    axis.push(day)
    last = time
  }
  return axis.slice(-mostColumns)
}

/**
 * Partitions as a grid of days and hours; null where the table is not partitioned by hours. Keeps the latest days where
 * there are too many to draw.
 */
export function hourGrid(partitions: readonly PartitionItem[]): HourGrid | null {
  const cells: HourCell[] = []
  for (const item of partitions) {
    const place = placeOf(item.partition)
    if (!place || !Number.isInteger(place.hour) || place.hour < 0 || place.hour > 23) return null
    if (Number.isNaN(Date.parse(place.day))) return null
    cells.push({ ...place, item })
  }
  if (cells.length === 0) return null
  const days = axisOf([...new Set(cells.map(({ day }) => day))].sort())
  return { days, cells: new Map(cells.map((cell) => [`${cell.day}T${cell.hour}`, cell])) }
}
