'use client'

import { useTranslations } from 'next-intl'
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { ChartFrame } from '#components/charts/chart-frame.tsx'
import type { HealthPoint } from '#lib/api/maintenance-health.ts'
import { useFormat } from '#lib/client/use-format.ts'

const axis = { fontSize: 11, fill: 'var(--faint)' }

/** A table's score after each evaluation. */
export function HealthChart({ points }: { points: readonly HealthPoint[] }) {
  const t = useTranslations('policies.health')
  const format = useFormat()
  const drawn = points.map((point) => ({ ...point, time: Date.parse(point.at) }))
  const [first, last] = [drawn[0], drawn.at(-1)]
  const span = first && last ? last.time - first.time : Number.POSITIVE_INFINITY
  const tickTime = (time: number) =>
    span < 36 * 3_600_000 ? format.clock(time, span < 15 * 60_000) : format.time(time)
  return (
    <ChartFrame
      label={t('history')}
      twin={{
        columns: [
          { label: t('time'), numeric: false },
          { label: t('score'), numeric: true },
          { label: t('files'), numeric: true },
        ],
        rows: points.map((point) => ({
          key: point.at,
          cells: [
            format.time(point.at, { seconds: true }),
            format.number(point.score),
            format.number(point.files),
          ],
        })),
      }}
    >
      <div className="h-40 w-full">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 160 }}>
          <AreaChart data={drawn} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis
              dataKey="time"
              type="number"
              scale="time"
              domain={['dataMin', 'dataMax']}
              tickFormatter={tickTime}
              tick={axis}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              height={20}
              minTickGap={48}
            />
            <YAxis
              domain={[0, 100]}
              ticks={[0, 50, 80, 100]}
              interval={0}
              tick={axis}
              tickLine={false}
              axisLine={false}
              width={32}
            />
            <Tooltip
              isAnimationActive={false}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as HealthPoint | undefined
                if (!active || !point) return null
                return (
                  <div className="rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-pop">
                    <p className="text-faint">{format.time(point.at, { seconds: true })}</p>
                    <p className="font-medium">
                      {t('score')} {point.score} · {t('files')} {format.number(point.files)}
                    </p>
                  </div>
                )
              }}
            />
            {[80, 50].map((score) => (
              <ReferenceLine key={score} y={score} stroke="var(--line-strong)" strokeDasharray="2 3" />
            ))}
            <Area
              type="stepAfter"
              dataKey="score"
              stroke="var(--chart-1)"
              fill="var(--chart-1)"
              fillOpacity={0.12}
              strokeWidth={1.5}
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
    </ChartFrame>
  )
}
