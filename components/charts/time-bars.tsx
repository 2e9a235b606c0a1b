'use client'

import { TimeChart, type TimeChartProps } from './time-chart.tsx'

/** Counts over time. Bars begin at zero; the bucket that is still filling is hatched. */
export function TimeBars(props: TimeChartProps) {
  return <TimeChart kind="bars" {...props} />
}
