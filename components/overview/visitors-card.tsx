'use client'

import { Activity } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { BarList } from '#components/charts/bar-list.tsx'
import { TimeBars } from '#components/charts/time-bars.tsx'
import type { TimePoint } from '#components/charts/time-series.ts'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { TopAnswer, VisitorBucket } from '#lib/analytics/visitors-answer.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useNewestDay } from './overview-data.ts'

const toPoint = (bucket: VisitorBucket): TimePoint => ({
  start: bucket.start,
  end: bucket.end,
  values: { visitors: bucket.gap ? null : bucket.visitors },
  previous: { visitors: bucket.previous?.visitors ?? null },
  unfinished: !bucket.complete,
})

/** The newest day by hour, with the day before. */
export function VisitorsCard() {
  const t = useTranslations('overview.visitors')
  const format = useFormat()
  const day = useNewestDay()
  const points = useMemo(() => (day.data?.items ?? []).map(toPoint), [day.data])
  const series = useMemo(() => [{ key: 'visitors', label: t('visitors') }], [t])
  const missing = day.error?.code === 'not-found'
  const dayName = day.data ? format.day(day.data.from) : ''
  return (
    <Card
      title={t('title')}
      {...(points.length > 0
        ? {
            description: day.data?.latestEvent
              ? `${dayName} · ${t('fresh', { time: format.time(day.data.latestEvent) })}`
              : dayName,
          }
        : {})}
      actions={
        <Button asChild size="sm">
          <Link href="/analytics/visitors">{t('open')}</Link>
        </Button>
      }
    >
      {day.error && !day.data && !missing ? (
        <ErrorState error={day.error} onRetry={() => void day.refetch()} />
      ) : day.isLoading ? (
        <Skeleton className="h-60 w-full" />
      ) : points.length === 0 ? (
        <EmptyState icon={Activity} title={t('empty')}>
          {t('emptyText')}
        </EmptyState>
      ) : (
        <TimeBars
          label={t('chart', { day: dayName })}
          points={points}
          series={series}
          unit="hour"
          previousLabel={t('previous')}
        />
      )}
    </Card>
  )
}

/** The pages with most visits of the newest day. */
export function TopPagesCard() {
  const t = useTranslations('overview.visitors')
  const format = useFormat()
  const top = useApi<TopAnswer>('/api/v1/analytics/visitors/top', {
    query: { dimension: 'page', limit: 6, compare: 'previous' },
    refetchInterval: 10_000,
  })
  if (!top.data || top.data.items.length === 0) return null
  return (
    <Card title={t('top')} description={format.day(top.data.from)}>
      <BarList
        label={t('topChart', { day: format.day(top.data.from) })}
        total={top.data.totalVisits}
        items={top.data.items.map(({ key, visits, previous }) => ({
          key,
          label: key === '' ? <span className="text-faint">{t('noPage')}</span> : key,
          value: visits,
          previous: previous?.visits ?? null,
        }))}
      />
    </Card>
  )
}
