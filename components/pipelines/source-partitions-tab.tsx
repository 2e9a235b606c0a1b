'use client'

import { FileText, RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ProgressBar } from '#components/ui/progress-bar.tsx'
import type { SourceDetail, SourcePartitionItem } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import { useRetryPartitions } from './use-retry-partitions.ts'

const states = ['open', 'done', 'failed'] as const

/** Kafka partitions or landing-zone files with how far each has been read. */
export function SourcePartitionsTab({ source }: { source: SourceDetail }) {
  const t = useTranslations('streams.partitions')
  const format = useFormat()
  const allowed = useCan('engineer')
  const kafka = source.kind === 'kafka'
  const path = `/api/v1/sources/${source.id}/partitions`
  const retry = useRetryPartitions(source.id)
  const columns: DataColumn<SourcePartitionItem>[] = [
    {
      id: 'name',
      header: kafka ? t('partition') : t('file'),
      value: (item) => item.name,
      cell: (item) => <span className="truncate font-mono text-xs">{item.name}</span>,
      width: 280,
    },
    {
      id: 'state',
      header: t('state'),
      value: (item) => item.state,
      cell: (item) => {
        const state = states.find((name) => name === item.state)
        return (
          <Badge tone={state === 'failed' ? 'bad' : state === 'done' ? 'ok' : 'accent'}>
            {state ? t(state) : item.state}
          </Badge>
        )
      },
      width: 100,
    },
    {
      id: 'progress',
      header: t('progress'),
      value: (item) => item.position,
      cell: (item) => (
        <ProgressBar
          compact
          label={item.name}
          unit={kafka ? 'rows' : 'bytes'}
          done={Number(item.position)}
          total={item.end === null ? null : Number(item.end)}
          state={item.state === 'failed' ? 'failed' : item.state === 'done' ? 'done' : 'running'}
        />
      ),
      width: 180,
    },
    {
      id: 'position',
      header: kafka ? t('offset') : t('byte'),
      value: (item) => item.position,
      cell: (item) => (
        <span className="whitespace-nowrap">
          {format.number(item.position)}
          {item.end !== null && <span className="text-faint"> / {format.number(item.end)}</span>}
        </span>
      ),
      align: 'right',
      width: 200,
      hideOnPhone: true,
    },
    {
      id: 'problem',
      header: t('problem'),
      value: (item) => item.problem?.message ?? null,
      cell: (item) => (
        <span className="truncate text-bad" title={item.problem?.message}>
          {item.problem?.message ?? ''}
        </span>
      ),
      width: 260,
      hideOnPhone: true,
    },
    {
      id: 'updated_at',
      header: t('updated'),
      value: (item) => item.updatedAt,
      kind: 'time',
      width: 120,
      hideOnPhone: true,
    },
  ]
  return (
    <DataTable<SourcePartitionItem>
      name={`${source.name}-partitions`}
      urlKey="partitions"
      source={{ path, refetchInterval: 3_000 }}
      columns={columns.filter(({ id }) => id !== 'problem' || source.flow.failedPartitions > 0)}
      filterFields={[]}
      rowId={(item) => item.id}
      toolbar={
        allowed &&
        source.flow.failedPartitions > 0 && (
          <Button icon={RotateCcw} loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
            {t('retryAll', { count: source.flow.failedPartitions })}
          </Button>
        )
      }
      rowActions={(item) =>
        allowed && item.state === 'failed' ? (
          <Button size="sm" icon={RotateCcw} onClick={() => retry.mutate([item.name])}>
            {t('retry')}
          </Button>
        ) : null
      }
      empty={
        <EmptyState icon={FileText} title={kafka ? t('noPartitions') : t('noFiles')}>
          {kafka ? t('noPartitionsHint') : t('noFilesHint')}
        </EmptyState>
      }
    />
  )
}
