'use client'

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'

export const views = ['hour', 'day', 'month', 'top'] as const
export type View = (typeof views)[number]

export const chartMetrics = ['visitors', 'visits'] as const
export type ChartMetric = (typeof chartMetrics)[number]

export const topDimensions = ['page', 'segment', 'user'] as const

/** What the person chose, kept in the address so that a link shows the same numbers. Without a range: the newest data. */
export function useVisitorsQuery() {
  return useQueryStates(
    {
      site: parseAsString,
      from: parseAsString,
      to: parseAsString,
      compare: parseAsBoolean.withDefault(true),
      metric: parseAsStringLiteral(chartMetrics).withDefault('visitors'),
      dimension: parseAsStringLiteral(topDimensions).withDefault('page'),
    },
    { history: 'push' },
  )
}

export type VisitorsSelection = ReturnType<typeof useVisitorsQuery>[0]

/** The part of the choice that every analytics request carries. */
export const rangeQuery = (selection: VisitorsSelection) => ({
  site: selection.site,
  from: selection.from,
  to: selection.to,
  compare: selection.compare ? 'previous' : 'none',
})
