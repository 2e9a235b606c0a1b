'use client'

import { useTranslations } from 'next-intl'
import { RunList } from '#components/pipelines/run-list.tsx'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import type { TableDetail, Timeline } from '#lib/api/catalog-schemas.ts'
import { cn } from '#lib/client/cn.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { CompactionList } from './compaction-list.tsx'
import { HealthCard } from './health-card.tsx'
import { type TablePath, tableApi } from './table-path.ts'
import { TimelineChart } from './timeline-chart.tsx'

/** What is in the table, how it came to be so, and whether it is healthy. */
export function TableOverview({
  path,
  detail,
  refetchInterval,
}: {
  path: TablePath
  detail: TableDetail
  refetchInterval: number
}) {
  const t = useTranslations('catalog.overview')
  const format = useFormat()
  const timeline = useApi<Timeline>(`${tableApi(path)}/timeline`, { refetchInterval, keepPrevious: true })
  const { totals, throughput } = detail
  return (
    <div className="flex flex-col gap-4">
      <StatRow>
        <Stat
          label={t('rows')}
          value={<Count value={totals.records} compact={totals.records >= 100_000_000} />}
        />
        <Stat label={t('files')} value={<Count value={totals.dataFiles} />} />
        <Stat
          label={t('averageFile')}
          value={totals.dataFiles === 0 ? null : <Bytes value={totals.averageFileBytes} />}
        />
        <Stat label={t('bytes')} value={<Bytes value={totals.bytes} />} />
        {totals.partitions !== null && (
          <Stat label={t('partitions')} value={<Count value={totals.partitions} />} />
        )}
        <Stat
          label={t('throughput')}
          value={
            throughput
              ? t('perSecond', {
                  rows: format.rate(throughput.recordsPerSecond),
                })
              : null
          }
          note={t('throughputNote')}
        />
      </StatRow>
      <div className={cn('grid gap-4', detail.id !== null && 'lg:grid-cols-[minmax(0,1fr)_20rem]')}>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={t('timeline')} description={t('timelineHint')} flush>
            <div className="p-4">
              {timeline.error && !timeline.data ? (
                <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />
              ) : !timeline.data ? (
                <Skeleton className="h-72" />
              ) : timeline.data.points.length === 0 ? (
                <p className="py-10 text-center text-soft text-sm">{t('noCommits')}</p>
              ) : (
                <TimelineChart timeline={timeline.data} />
              )}
            </div>
            {timeline.data && <CompactionList compactions={timeline.data.compactions} />}
          </Card>
          {detail.id !== null && (
            <Card title={t('latestRuns')} flush>
              <RunList query={{ table: detail.id, limit: 6 }} empty={t('noRuns')} />
            </Card>
          )}
        </div>
        {detail.id !== null && (
          <div>
            <HealthCard health={detail.health} path={path} refetchInterval={refetchInterval} />
          </div>
        )}
      </div>
    </div>
  )
}
