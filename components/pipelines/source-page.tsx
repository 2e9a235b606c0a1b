'use client'

import { Pause, Play, RadioTower } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Bytes } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { RunDetail } from '#lib/api/runs.ts'
import type { SourceDetail } from '#lib/api/sources.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import { FailedPartitions } from './failed-partitions.tsx'
import { LedgerVerdict } from './ledger-verdict.tsx'
import { ProblemCard } from './problem-card.tsx'
import { RunProgress } from './run-progress.tsx'
import { SourceErrorsTab } from './source-errors-tab.tsx'
import { SourceLedgerTab } from './source-ledger-tab.tsx'
import { Lag, SourceState, sourceIcon, sourcePlace } from './source-names.tsx'
import { SourcePartitionsTab } from './source-partitions-tab.tsx'

const refetchInterval = 2_500

/** A source: what comes in, how late, what was rejected, and whether anything is missing. */
export function SourcePage({ id }: { id: string }) {
  const t = useTranslations('streams')
  const found = useApi<SourceDetail>(`/api/v1/sources/${encodeURIComponent(id)}`, { refetchInterval })
  const source = found.data
  useCrumb(id, source?.name)
  if (source) return <LoadedSource source={source} />
  return (
    <Page>
      <PageHeader icon={RadioTower} title={t('source.title')} />
      {found.error ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <Skeleton className="h-20" />
          <Skeleton className="h-72" />
        </>
      )}
    </Page>
  )
}

function LoadedSource({ source }: { source: SourceDetail }) {
  const t = useTranslations('streams')
  const format = useFormat()
  const { flow } = source
  return (
    <Page>
      <PageHeader
        icon={sourceIcon(source.kind)}
        title={source.name}
        badge={<SourceState source={source} />}
        facts={
          <>
            <span className="break-all font-mono text-xs">{sourcePlace(source.config)}</span>
            <Link href={`/pipelines/${source.pipeline.id}`} className="text-accent hover:underline">
              {source.pipeline.name}
            </Link>
            <span>
              {t('source.lastBatch')} <RelativeTime value={flow.lastBatchAt} />
            </span>
          </>
        }
        action={<PauseButton source={source} />}
      />
      {source.problem && <ProblemCard problem={source.problem} />}
      {flow.failedPartitions > 0 && <FailedPartitions sourceId={source.id} />}
      {source.loadRunId && <LoadProgress runId={source.loadRunId} />}
      <StatRow>
        <Stat
          label={t('source.rate')}
          value={t('perSecond', { rows: format.rate(flow.rowsPerSecond) })}
          note={t('perSecond', { rows: format.bytes(flow.bytesPerSecond) })}
        />
        <Stat
          label={t('source.lag')}
          value={<Lag flow={flow} />}
          note={
            flow.lagSeconds === null || flow.lagSeconds === 0
              ? undefined
              : t('source.waitingFor', { duration: format.duration(flow.lagSeconds * 1_000) })
          }
        />
        <Stat
          label={t('source.rows')}
          value={format.compact(flow.rows)}
          note={<Bytes value={flow.bytes} />}
        />
        <Stat
          label={t('source.uncommitted')}
          value={format.number(flow.uncommittedRows)}
          note={t('source.uncommittedHint')}
        />
        <Stat
          label={t('source.errorRows')}
          value={
            <span className={flow.errorRows > 0 ? 'text-bad' : ''}>{format.number(flow.errorRows)}</span>
          }
        />
        <Stat
          label={t('source.latestEvent')}
          value={
            <span className="text-base">
              <RelativeTime value={flow.latestEvent} />
            </span>
          }
        />
      </StatRow>
      <LedgerVerdict ledger={source.ledger} failed={flow.failedPartitions} />
      <Tabs
        label={t('source.tabs')}
        tabs={[
          {
            value: 'partitions',
            label: t(source.kind === 'kafka' ? 'source.partitions' : 'source.files'),
            count: format.number(flow.partitions),
            content: <SourcePartitionsTab source={source} />,
          },
          {
            value: 'errors',
            label: t('source.errors'),
            count: format.number(flow.errorRows),
            content: <SourceErrorsTab source={source} />,
          },
          {
            value: 'ledger',
            label: t('source.ledger'),
            count: format.number(source.ledger.ranges),
            content: <SourceLedgerTab source={source} />,
          },
        ]}
      />
    </Page>
  )
}

function LoadProgress({ runId }: { runId: string }) {
  const t = useTranslations('streams.source')
  const run = useApi<RunDetail>(`/api/v1/runs/${runId}`, { refetchInterval: 1_500 })
  if (!run.data) return null
  return (
    <Card
      title={t('loading')}
      actions={
        <Button asChild size="sm">
          <Link href={`/runs/${runId}`}>{t('openRun')}</Link>
        </Button>
      }
    >
      <RunProgress run={run.data} />
    </Card>
  )
}

function PauseButton({ source }: { source: SourceDetail }) {
  const t = useTranslations('streams.source')
  const allowed = useCan('engineer')
  const active = source.state === 'active'
  const change = useApiMutation<'active' | 'paused', SourceDetail>({
    method: 'PATCH',
    path: `/api/v1/sources/${source.id}`,
    body: (state) => ({ state }),
    refresh: ['/api/v1/sources'],
    onSuccess: (_, state) => toast.success(t(state === 'paused' ? 'paused' : 'resumed')),
    onError: (problem) => toast.error(problem.message),
  })
  if (!allowed) return null
  return (
    <Button
      icon={active ? Pause : Play}
      variant={active ? 'secondary' : 'primary'}
      loading={change.isPending}
      onClick={() => change.mutate(active ? 'paused' : 'active')}
    >
      {t(active ? 'pause' : 'resume')}
    </Button>
  )
}
