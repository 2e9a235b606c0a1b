'use client'

import { useTranslations } from 'next-intl'
import { useFormat } from '#lib/client/use-format.ts'
import { colorOf, type TimeEvent, type TimePoint, type TimeSeries } from './time-series.ts'

interface ChartTooltipProps {
  point: TimePoint | undefined
  series: readonly TimeSeries[]
  events: readonly TimeEvent[]
  rangeLabel: (point: TimePoint) => string
  formatValue: (value: number, key: string) => string
}

/** What a bucket holds: each series with its change against the previous period, and what happened in it. */
export function ChartTooltip({ point, series, events, rangeLabel, formatValue }: ChartTooltipProps) {
  const t = useTranslations('ui.chart')
  const format = useFormat()
  if (!point) return null
  return (
    <div className="min-w-40 rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-pop">
      <div className="pb-1 font-medium text-ink">
        {rangeLabel(point)}
        {point.unfinished && <span className="ml-1.5 font-normal text-faint">{t('unfinished')}</span>}
      </div>
      <dl className="grid grid-cols-[auto_auto_auto] items-center gap-x-3 gap-y-0.5">
        {series.map((each, index) => {
          const value = point.values[each.key] ?? null
          const previous = point.previous?.[each.key] ?? null
          const change = value === null || previous === null ? null : format.change(value, previous)
          return (
            <div key={each.key} className="contents">
              <dt className="flex items-center gap-1.5 text-soft">
                <span
                  className="size-2 rounded-full"
                  style={{ background: colorOf(each, index) }}
                  aria-hidden
                />
                {each.label}
              </dt>
              <dd className="text-right font-medium text-ink">
                {value === null ? '–' : formatValue(value, each.key)}
              </dd>
              <dd className="text-right text-faint">
                {previous === null ? '' : `${formatValue(previous, each.key)}${change ? ` (${change})` : ''}`}
              </dd>
            </div>
          )
        })}
      </dl>
      {events.length > 0 && (
        <ul className="mt-1.5 border-line border-t pt-1.5 text-soft">
          {events.slice(0, 5).map((event) => (
            <li key={`${event.at}${event.label}`}>
              {format.clock(event.at, true)} {event.label}
            </li>
          ))}
          {events.length > 5 && <li className="text-faint">+{events.length - 5}</li>}
        </ul>
      )}
    </div>
  )
}
