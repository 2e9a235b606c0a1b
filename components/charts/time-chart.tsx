'use client'

import { ChartSpline } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useId, useMemo } from 'react'
import {
  Bar,
  Brush,
  CartesianGrid,
  ComposedChart,
  LabelList,
  Line,
  Rectangle,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { BarShapeProps } from 'recharts/types/cartesian/Bar'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { useFormat } from '#lib/client/use-format.ts'
import { ChartFrame, LegendItem, type TwinTable } from './chart-frame.tsx'
import { ChartTooltip } from './chart-tooltip.tsx'
import {
  bucketOf,
  type ChartRow,
  chartRows,
  colorOf,
  previousKey,
  type TimeEvent,
  type TimePoint,
  type TimeSeries,
  type TimeUnit,
  unfinishedKey,
} from './time-series.ts'
import { useTimeLabels } from './use-time-labels.ts'

export interface TimeChartProps {
  /** What the chart shows, in words: "Visitors by hour". */
  label: string
  points: readonly TimePoint[]
  series: readonly TimeSeries[]
  unit: TimeUnit
  events?: readonly TimeEvent[]
  height?: number
  /** Bars on top of each other instead of side by side. */
  stacked?: boolean
  /** A strip below to narrow what is drawn; from 40 buckets on unless told. */
  brush?: boolean
  /** A bucket was clicked: drill down. */
  onSelect?: (point: TimePoint) => void
  /** Numbers of the tooltip and the table; with all digits unless told. */
  formatValue?: (value: number, key: string) => string
  /** Numbers of the axis; compact unless told. */
  formatTick?: (value: number) => string
  /** Names the dashed line; "Previous period" unless told. */
  previousLabel?: string
  empty?: ReactNode
}

const toneColor = { accent: 'var(--accent)', ok: 'var(--ok)', warn: 'var(--warn)', bad: 'var(--bad)' }
const axisStyle = { fontSize: 12, fill: 'var(--faint)' }

/** Numbers over time, as bars or lines. Use TimeBars and TimeLines. */
export function TimeChart({
  kind,
  label,
  points,
  series,
  unit,
  events = [],
  height = 240,
  stacked = false,
  brush,
  onSelect,
  formatValue,
  formatTick,
  previousLabel,
  empty,
}: TimeChartProps & { kind: 'bars' | 'lines' }) {
  const t = useTranslations('ui.chart')
  const format = useFormat()
  const id = useId().replaceAll(/[^\w-]/g, '')
  const labels = useTimeLabels(points, unit)
  const rows = useMemo(() => chartRows(points, series, kind === 'lines'), [points, series, kind])
  const write = formatValue ?? ((value: number) => format.number(value))
  const hasPrevious = points.some(
    ({ previous }) => previous && series.some(({ key }) => (previous[key] ?? null) !== null),
  )
  const unfinished = points.find((point) => point.unfinished)
  const eventsByBucket = useMemo(() => {
    const map = new Map<string, TimeEvent[]>()
    for (const event of events) {
      const bucket = bucketOf(event.at, points)
      if (bucket) map.set(bucket.start, [...(map.get(bucket.start) ?? []), event])
    }
    return map
  }, [events, points])
  const withBrush = brush ?? points.length > 40
  const directLabels = kind === 'lines' && series.length > 1 && series.length <= 5

  if (points.length === 0) return empty ?? <EmptyState icon={ChartSpline} title={t('noData')} />

  const twin: TwinTable = {
    columns: [
      { label: t('time'), numeric: false },
      ...series.flatMap(({ label: text }) => [
        { label: text, numeric: true },
        ...(hasPrevious ? [{ label: `${text}, ${previousLabel ?? t('previous')}`, numeric: true }] : []),
      ]),
    ],
    rows: points.map((point) => ({
      key: point.start,
      cells: [
        labels.range(point),
        ...series.flatMap(({ key }) => {
          const value = point.values[key] ?? null
          const previous = point.previous?.[key] ?? null
          return [
            value === null ? '–' : write(value, key),
            ...(hasPrevious ? [previous === null ? '–' : write(previous, key)] : []),
          ]
        }),
      ],
    })),
  }

  const legend = (series.length > 1 || hasPrevious || unfinished) && (
    <>
      {(series.length > 1 || hasPrevious) &&
        series.map((each, index) => (
          <LegendItem key={each.key} color={colorOf(each, index)}>
            {each.label}
          </LegendItem>
        ))}
      {hasPrevious && (
        <LegendItem color="var(--chart-previous)" dashed>
          {previousLabel ?? t('previous')}
        </LegendItem>
      )}
      {unfinished && (
        <LegendItem color="var(--faint)" hatched>
          {t('unfinished')}
        </LegendItem>
      )}
    </>
  )

  return (
    <ChartFrame label={label} twin={twin} legend={legend}>
      <div className="w-full" style={{ height }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height }}>
          <ComposedChart
            data={rows}
            margin={{ top: 8, right: directLabels ? 72 : 8, bottom: 0, left: 0 }}
            barGap={1}
            barCategoryGap="18%"
            title={label}
            {...(onSelect
              ? {
                  className: 'cursor-pointer',
                  onClick: ({ activeLabel }) => {
                    const point = points.find(({ start }) => start === activeLabel)
                    if (point) onSelect(point)
                  },
                }
              : {})}
          >
            <defs>
              <Hatch id={`${id}-area`} color="var(--faint)" />
              {series.map((each, index) => (
                <Hatch key={each.key} id={`${id}-${index}`} color={colorOf(each, index)} />
              ))}
            </defs>
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis
              dataKey="start"
              scale="band"
              tickFormatter={labels.tick}
              {...(labels.ticks ? { ticks: labels.ticks } : {})}
              interval="equidistantPreserveStart"
              minTickGap={12}
              tick={axisStyle}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              height={24}
            />
            <YAxis
              domain={[0, 'auto']}
              allowDecimals={false}
              tickFormatter={formatTick ?? ((value: number) => format.compact(value))}
              tick={axisStyle}
              tickLine={false}
              axisLine={false}
              width={48}
              tickCount={5}
              niceTicks="snap125"
            />
            <Tooltip
              isAnimationActive={false}
              cursor={
                kind === 'bars' ? { fill: 'var(--hover)', opacity: 0.6 } : { stroke: 'var(--line-strong)' }
              }
              content={({ active, payload }) => {
                const row = (payload?.[0]?.payload ?? undefined) as ChartRow | undefined
                return active ? (
                  <ChartTooltip
                    point={row?.point}
                    series={series}
                    events={eventsByBucket.get(row?.start ?? '') ?? []}
                    rangeLabel={labels.range}
                    formatValue={write}
                  />
                ) : null
              }}
            />
            {kind === 'lines' && unfinished && (
              <ReferenceArea
                x1={unfinished.start}
                x2={unfinished.start}
                fill={`url(#${id}-area)`}
                fillOpacity={0.35}
                stroke="none"
              />
            )}
            {kind === 'bars'
              ? series.map((each, index) => (
                  <Bar
                    key={each.key}
                    dataKey={each.key}
                    name={each.label}
                    fill={colorOf(each, index)}
                    maxBarSize={40}
                    isAnimationActive={false}
                    {...(stacked ? { stackId: 'all' } : {})}
                    shape={(shape: BarShapeProps) => (
                      <BucketBar shape={shape} hatch={`url(#${id}-${index})`} color={colorOf(each, index)} />
                    )}
                  />
                ))
              : series.flatMap((each, index) => [
                  <Line
                    key={each.key}
                    dataKey={each.key}
                    name={each.label}
                    stroke={colorOf(each, index)}
                    strokeWidth={2}
                    type="linear"
                    dot={rows.length === 1}
                    activeDot={{ r: 3 }}
                    connectNulls={false}
                    isAnimationActive={false}
                  >
                    {directLabels && <EndLabel name={each.label} rows={rows} dataKey={each.key} />}
                  </Line>,
                  <Line
                    key={unfinishedKey(each.key)}
                    dataKey={unfinishedKey(each.key)}
                    stroke={colorOf(each, index)}
                    strokeWidth={2}
                    strokeDasharray="2 3"
                    type="linear"
                    dot={false}
                    activeDot={false}
                    isAnimationActive={false}
                    legendType="none"
                  />,
                ])}
            {hasPrevious &&
              series.map((each) => (
                <Line
                  key={previousKey(each.key)}
                  dataKey={previousKey(each.key)}
                  stroke="var(--chart-previous)"
                  strokeWidth={1}
                  strokeDasharray="4 3"
                  type="linear"
                  dot={false}
                  activeDot={false}
                  connectNulls={false}
                  isAnimationActive={false}
                />
              ))}
            {[...eventsByBucket].map(([start, inside]) => (
              <ReferenceLine
                key={start}
                x={start}
                stroke={toneColor[inside[0]?.tone ?? 'accent']}
                strokeDasharray="1 3"
                label={({ viewBox }) => <EventMark viewBox={viewBox} events={inside} />}
              />
            ))}
            {withBrush && (
              <Brush
                dataKey="start"
                height={22}
                travellerWidth={8}
                stroke="var(--line-strong)"
                fill="var(--subtle)"
                tickFormatter={(start: string) => labels.tick(start)}
                ariaLabel={t('brush')}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </ChartFrame>
  )
}

function Hatch({ id, color }: { id: string; color: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="5" height="5" fill="var(--surface)" />
      <rect width="1.6" height="5" fill={color} />
    </pattern>
  )
}

/** A bar; hatched with an outline while its bucket is still filling. */
function BucketBar({ shape, hatch, color }: { shape: BarShapeProps; hatch: string; color: string }) {
  const row = shape.payload as ChartRow | undefined
  const { x, y, width, height } = shape
  const filling = row?.point.unfinished === true
  return (
    <Rectangle
      x={x}
      y={y}
      width={width}
      height={height}
      radius={width > 6 ? [2, 2, 0, 0] : 0}
      fill={filling ? hatch : color}
      {...(filling ? { stroke: color, strokeWidth: 1 } : {})}
    />
  )
}

/** The name of a line at its last point. */
function EndLabel({ name, rows, dataKey }: { name: string; rows: readonly ChartRow[]; dataKey: string }) {
  const last = rows.findLastIndex((row) => typeof row[dataKey] === 'number')
  return (
    <LabelList
      dataKey={dataKey}
      content={({ index, x, y }) =>
        index === last ? (
          <text x={Number(x) + 8} y={Number(y)} dy="0.32em" fontSize={12} fill="var(--soft)">
            {name}
          </text>
        ) : null
      }
    />
  )
}

/** A small triangle on the time axis. */
function EventMark({ viewBox, events }: { viewBox: unknown; events: readonly TimeEvent[] }) {
  const { x, y, height } = viewBox as { x: number; y: number; height: number }
  const bottom = y + height
  return (
    <path
      d={`M${x - 4} ${bottom}h8l-4 -7z`}
      fill={toneColor[events[0]?.tone ?? 'accent']}
      stroke="var(--surface)"
    >
      <title>{events.map(({ label }) => label).join('\n')}</title>
    </path>
  )
}
