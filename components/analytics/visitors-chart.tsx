'use client'

import { useTranslations } from 'next-intl'
import { TimeBars } from '#components/charts/time-bars.tsx'
import { TimeLines } from '#components/charts/time-lines.tsx'
import type { TimePoint } from '#components/charts/time-series.ts'
import { Card } from '#components/ui/card.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { VisitorBucket, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCompactionMarks } from './use-compaction-marks.ts'
import { type ChartMetric, chartMetrics } from './visitors-query.ts'

/** From here on bars would be thinner than two pixels on a laptop. */
const mostBars = 200

const pointOf = (bucket: VisitorBucket, compared: boolean): TimePoint => ({
  start: bucket.start,
  end: bucket.end,
  values: bucket.gap ? {} : { visitors: bucket.visitors, visits: bucket.visits },
  ...(compared
    ? {
        previous: {
          visitors: bucket.previous?.visitors ?? null,
          visits: bucket.previous?.visits ?? null,
        },
      }
    : {}),
  ...(bucket.complete || bucket.gap ? {} : { unfinished: true }),
})

interface VisitorsChartProps {
  answer: VisitorsAnswer | undefined
  metric: ChartMetric
  onMetric: (metric: ChartMetric) => void
  onSelect?: (bucket: VisitorBucket) => void
}

/** Buckets over time with the period before as a dashed line. */
export function VisitorsChart({ answer, metric, onMetric, onSelect }: VisitorsChartProps) {
  const t = useTranslations('analytics')
  const format = useFormat()
  const events = useCompactionMarks(answer)
  if (!answer) {
    return (
      <Card title={<Skeleton className="h-4 w-32" />}>
        <Skeleton className="h-64 w-full" />
      </Card>
    )
  }
  const Chart = answer.items.length > mostBars ? TimeLines : TimeBars
  const compared = (answer.previousTotals?.visits ?? 0) > 0
  const label = t(`chart.${answer.grain}`, { metric: t(`metric.${metric}`) })
  const day = (instant: number) =>
    new Intl.DateTimeFormat(format.locale, { dateStyle: 'medium', timeZone: answer.timeZone }).format(instant)
  return (
    <Card
      title={label}
      {...(compared && answer.compare
        ? {
            description: t('previousRange', {
              from: day(Date.parse(answer.compare.from)),
              to: day(Date.parse(answer.compare.to) - 1),
            }),
          }
        : {})}
      actions={
        <Segmented
          label={t('metric.label')}
          value={metric}
          onChange={onMetric}
          options={chartMetrics.map((value) => ({ value, label: t(`metric.${value}`) }))}
        />
      }
    >
      <Chart
        label={label}
        points={answer.items.map((bucket) => pointOf(bucket, compared))}
        series={[{ key: metric, label: t(`metric.${metric}`), color: metric === 'visitors' ? 1 : 3 }]}
        unit={answer.grain}
        events={events}
        height={300}
        {...(onSelect
          ? {
              onSelect: ({ start }: TimePoint) => {
                const bucket = answer.items.find((item) => item.start === start)
                if (bucket) onSelect(bucket)
              },
            }
          : {})}
      />
    </Card>
  )
}
