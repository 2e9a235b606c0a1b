'use client'

import { useMemo } from 'react'
import { useFormat } from '#lib/client/use-format.ts'
import type { TimePoint, TimeUnit } from './time-series.ts'

const options: Record<'clock' | 'day' | 'month' | 'full', Intl.DateTimeFormatOptions> = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { month: 'numeric', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
}

/** Labels of the time axis and of tooltips, in the site's zone; and which buckets get a tick. */
export function useTimeLabels(points: readonly TimePoint[], unit: TimeUnit) {
  const { locale, timeZone } = useFormat()
  return useMemo(() => {
    const formatter = (parts: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone, ...parts })
    const clock = formatter(options.clock)
    // Korean's own short day (7. 31.) is half again as wide as 7/31, which is read there just as well.
    const day = new Intl.DateTimeFormat('en', { timeZone, ...options.day })
    const fine = unit === 'hour' || unit === 'minute'
    const first = points[0]
    const last = points.at(-1)
    const span = first && last ? Date.parse(last.start) - Date.parse(first.start) : 0
    const byDay = fine && span > 36 * 3_600_000
    const axis = unit === 'month' ? formatter(options.month) : unit === 'day' || byDay ? day : clock
    const midnights = byDay
      ? points.filter(({ start }) => clock.format(new Date(start)) === '00:00').map(({ start }) => start)
      : undefined
    const { hour: _hour, minute: _minute, hourCycle: _cycle, ...dayParts } = options.full
    const full = formatter(unit === 'month' ? options.month : unit === 'day' ? dayParts : options.full)
    return {
      ticks: midnights,
      tick: (start: string) => axis.format(new Date(start)),
      range: (point: TimePoint) =>
        fine && point.end !== undefined
          ? `${full.format(new Date(point.start))}–${clock.format(new Date(point.end))}`
          : full.format(new Date(point.start)),
    }
  }, [points, unit, locale, timeZone])
}
