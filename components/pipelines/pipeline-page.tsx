'use client'

import { Workflow } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { tableHref } from '#components/iceberg/table-path.ts'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { SourceItem } from '#lib/api/sources.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { PipelineGraph } from './pipeline-graph.tsx'
import { ProblemCard } from './problem-card.tsx'
import { RunList } from './run-list.tsx'

/** A pipeline: its graph, what stands in its way, and its runs. */
export function PipelinePage({ id }: { id: string }) {
  const t = useTranslations('streams')
  const format = useFormat()
  const found = useApi<PipelineItem>(`/api/v1/pipelines/${encodeURIComponent(id)}`, {
    refetchInterval: 3_000,
  })
  const sources = useApi<ApiPage<SourceItem>>('/api/v1/sources', {
    query: { pipeline: id, limit: 200 },
    refetchInterval: 3_000,
  })
  const pipeline = found.data
  useCrumb(id, pipeline?.name)
  if (!pipeline) {
    return (
      <Page>
        <PageHeader icon={Workflow} title={t('pipeline.title')} />
        {found.error ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Skeleton className="h-64" />
        )}
      </Page>
    )
  }
  const { errorTable } = pipeline
  return (
    <Page>
      <PageHeader
        icon={Workflow}
        title={pipeline.name}
        facts={
          <>
            <span>{t('pipelines.mapping', { name: pipeline.mapping })}</span>
            <span>{t('pipeline.sourceCount', { count: pipeline.sources.length })}</span>
            <span>
              {t('pipeline.committed')} <RelativeTime value={pipeline.table.lastCommitAt} />
            </span>
          </>
        }
        action={
          <Button asChild>
            <Link
              href={tableHref({
                catalog: errorTable.catalog,
                namespace: errorTable.namespace,
                table: errorTable.name,
              })}
            >
              {t('pipeline.openErrors', { rows: format.number(errorTable.records) })}
            </Link>
          </Button>
        }
      />
      {pipeline.sources.map(
        (source) =>
          source.problem && (
            <ProblemCard
              key={source.id}
              problem={source.problem}
              action={
                <Button asChild size="sm">
                  <Link href={`/sources/${source.id}`}>
                    {t('pipeline.openSource', { name: source.name })}
                  </Link>
                </Button>
              }
            />
          ),
      )}
      <Card title={t('pipeline.flow')}>
        <PipelineGraph pipeline={pipeline} sources={sources.data?.items} />
      </Card>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title={t('pipeline.loads')} flush>
          <RunList query={{ pipeline: id, limit: 10 }} empty={t('pipeline.noLoads')} />
        </Card>
        <Card title={t('pipeline.tableRuns')} flush>
          <RunList query={{ table: pipeline.table.id, limit: 10 }} empty={t('pipeline.noTableRuns')} />
        </Card>
      </div>
    </Page>
  )
}
