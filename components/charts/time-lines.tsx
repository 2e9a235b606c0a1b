'use client'

import { TimeChart, type TimeChartProps } from './time-chart.tsx'

/** Levels over time, up to five lines with their names at their ends; a gap in the data is a gap in the line. */
export function TimeLines(props: TimeChartProps) {
  return <TimeChart kind="lines" {...props} />
}
