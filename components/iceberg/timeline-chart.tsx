'use client'

import { useTranslations } from 'next-intl'
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { ChartFrame, LegendItem, type TwinTable } from '#components/charts/chart-frame.tsx'
import type { Timeline, TimelinePoint } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { OperationBadge } from './operation-badge.tsx'
import { roundTicks } from './round-ticks.ts'

interface Drawn extends TimelinePoint {
  time: number
}

/** More lines than these hide what they are about: then a dot has to do. More dots than these blur; the newest matter. */
const [mostLines, mostDots] = [24, 100]

const axis = { fontSize: 11, fill: 'var(--faint)' }
const panels = [
  { key: 'files', color: 'var(--chart-1)' },
  { key: 'averageFileBytes', color: 'var(--chart-3)' },
] as const

/**
 * The value axis of a panel. Where a level hardly moves, an axis from zero would hide every compaction: it begins below
 * the lowest value then, and nothing is filled, since an area says "from zero".
 */
function valueAxis(values: readonly number[]): { fromZero: boolean; ticks: number[] } {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  if (values.length < 2 || lowest < 0.75 * highest) return { fromZero: true, ticks: roundTicks(0, highest) }
  const margin = Math.max((highest - lowest) * 0.25, highest * 0.001)
  return { fromZero: false, ticks: roundTicks(Math.max(0, lowest - margin), highest + margin) }
}

/** Files and average file size after each commit, on one time axis, with a mark where compaction merged files. */
export function TimelineChart({ timeline }: { timeline: Timeline }) {
  const t = useTranslations('catalog.timeline')
  const format = useFormat()
  const points: Drawn[] = timeline.points.map((point) => ({ ...point, time: Date.parse(point.at) }))
  const [first, last] = [points[0], points.at(-1)]
  const marks = timeline.compactions.slice(-mostDots)
  const span = first && last ? last.time - first.time : Number.POSITIVE_INFINITY
  const tickTime = (time: number) =>
    span < 36 * 3_600_000 ? format.clock(time, span < 15 * 60_000) : format.time(time)
  const write = { files: format.number, averageFileBytes: format.bytes }
  const drawn = panels.map((panel) => ({ ...panel, ...valueAxis(points.map((point) => point[panel.key])) }))
  const twin: TwinTable = {
    columns: [
      { label: t('time'), numeric: false },
      { label: t('operation'), numeric: false },
      { label: t('files'), numeric: true },
      { label: t('averageFileBytes'), numeric: true },
      { label: t('rows'), numeric: true },
    ],
    rows: points.map((point) => ({
      key: point.snapshotId,
      cells: [
        format.time(point.at, { seconds: true }),
        point.operation,
        format.number(point.files),
        format.bytes(point.averageFileBytes),
        format.number(point.rows),
      ],
    })),
  }
  return (
    <ChartFrame
      label={t('label')}
      twin={twin}
      legend={
        <>
          {panels.map(({ key, color }) => (
            <LegendItem key={key} color={color}>
              {t(key)}
            </LegendItem>
          ))}
          {marks.length > 0 && (
            <LegendItem color="var(--accent)" dashed={marks.length <= mostLines}>
              {t('compaction')}
            </LegendItem>
          )}
        </>
      }
    >
      {drawn.map(({ key, color, fromZero, ticks }, panel) => (
        <div key={key} className="h-36 w-full">
          <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 144 }}>
            <AreaChart
              data={points}
              syncId="table-timeline"
              syncMethod="value"
              margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            >
              <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
              <XAxis
                dataKey="time"
                type="number"
                scale="time"
                domain={['dataMin', 'dataMax']}
                tickFormatter={tickTime}
                tick={panel === panels.length - 1 ? axis : false}
                tickLine={false}
                axisLine={{ stroke: 'var(--line)' }}
                height={panel === panels.length - 1 ? 20 : 4}
                minTickGap={48}
              />
              <YAxis
                domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
                ticks={ticks}
                interval={0}
                tick={axis}
                tickLine={false}
                axisLine={false}
                width={56}
                tickFormatter={key === 'files' ? format.compact : format.bytes}
              />
              <Tooltip
                isAnimationActive={false}
                cursor={{ stroke: 'var(--line-strong)' }}
                content={({ active, payload }) => {
                  const point = payload?.[0]?.payload as Drawn | undefined
                  // Both panels have the pointer's line; only the first tells the numbers.
                  return active && point && panel === 0 ? <PointNote point={point} /> : null
                }}
              />
              {(marks.length > mostLines ? [] : marks).map((mark) => (
                <ReferenceLine
                  key={mark.snapshotId}
                  x={Date.parse(mark.at)}
                  stroke="var(--accent)"
                  strokeDasharray="2 3"
                  strokeOpacity={0.5}
                />
              ))}
              <Area
                dataKey={key}
                type="stepAfter"
                stroke={color}
                strokeWidth={1.5}
                fill={color}
                fillOpacity={fromZero ? 0.12 : 0}
                isAnimationActive={false}
                dot={points.length === 1}
                activeDot={{ r: 3 }}
              />
              {marks.map((mark) => (
                <ReferenceDot
                  key={mark.snapshotId}
                  x={Date.parse(mark.at)}
                  y={mark.after[key]}
                  r={3}
                  fill="var(--accent)"
                  stroke="var(--surface)"
                >
                  <title>{`${write[key](mark.before[key])} → ${write[key](mark.after[key])}`}</title>
                </ReferenceDot>
              ))}
            </AreaChart>
          </ResponsiveContainer>
        </div>
      ))}
    </ChartFrame>
  )
}

function PointNote({ point }: { point: Drawn }) {
  const t = useTranslations('catalog.timeline')
  const format = useFormat()
  return (
    <div className="rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-pop">
      <p className="mb-1 flex items-center gap-2">
        {format.time(point.at, { seconds: true })} <OperationBadge operation={point.operation} />
      </p>
      <dl className="grid grid-cols-[auto_auto] gap-x-4 [&_dd]:text-right [&_dt]:text-faint">
        <dt>{t('files')}</dt>
        <dd>{format.number(point.files)}</dd>
        <dt>{t('averageFileBytes')}</dt>
        <dd>{format.bytes(point.averageFileBytes)}</dd>
        <dt>{t('rows')}</dt>
        <dd>{format.number(point.rows)}</dd>
      </dl>
    </div>
  )
}
