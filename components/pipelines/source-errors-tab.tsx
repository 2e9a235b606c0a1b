'use client'

import { CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { tableHref } from '#components/iceberg/table-path.ts'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { SourceDetail, SourceError } from '#lib/api/sources.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** Lines that could not become rows: where they are, why, and what they say. */
export function SourceErrorsTab({ source }: { source: SourceDetail }) {
  const t = useTranslations('streams.errors')
  const format = useFormat()
  const errors = useApi<{ items: SourceError[]; total: number }>(`/api/v1/sources/${source.id}/errors`, {
    query: { limit: 200 },
    refetchInterval: 5_000,
  })
  const pipeline = useApi<PipelineItem>(`/api/v1/pipelines/${source.pipeline.id}`, { staleTime: 60_000 })
  const table = pipeline.data?.errorTable
  const columns: DataColumn<SourceError>[] = [
    {
      id: 'position',
      header: t('position'),
      value: (error) => Number(error.position),
      cell: (error) => (
        <span className="whitespace-nowrap font-mono text-xs">
          {error.source.slice(error.source.lastIndexOf('/') + 1)}
          {error.partition && `/${error.partition}`}:{error.position}
        </span>
      ),
      width: 220,
    },
    {
      id: 'error',
      header: t('reason'),
      value: (error) => error.error,
      cell: (error) => <span className="text-bad">{error.error}</span>,
      width: 320,
    },
    {
      id: 'excerpt',
      header: t('line'),
      value: (error) => error.excerpt,
      cell: (error) => (
        <code className="block max-w-xl truncate text-xs" title={error.excerpt}>
          {error.excerpt}
        </code>
      ),
      width: 420,
    },
    {
      id: 'occurred_at',
      header: t('when'),
      value: (error) => error.occurredAt,
      kind: 'time',
      width: 120,
      hideOnPhone: true,
    },
  ]
  return (
    <div className="flex flex-col gap-3">
      {(errors.data?.total ?? 0) > 0 && (
        <p className="flex flex-wrap items-center gap-3 text-soft text-sm">
          {t('total', { count: format.number(errors.data?.total ?? 0) })}
          {table && (
            <Button asChild size="sm">
              <Link
                href={tableHref({ catalog: table.catalog, namespace: table.namespace, table: table.name })}
              >
                {t('openTable')}
              </Link>
            </Button>
          )}
        </p>
      )}
      <DataTable<SourceError>
        name={`${source.name}-errors`}
        urlKey="errors"
        rows={errors.data?.items}
        error={errors.data ? null : errors.error}
        onRetry={() => void errors.refetch()}
        columns={columns}
        rowId={(error) => `${error.source}${error.partition}:${error.position}:${error.batchId}`}
        empty={
          <EmptyState icon={CircleCheck} title={t('none')}>
            {t('noneHint')}
          </EmptyState>
        }
      />
    </div>
  )
}
