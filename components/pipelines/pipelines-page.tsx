'use client'

import { Workflow } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { SourceItem } from '#lib/api/sources.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { PipelineGraph } from './pipeline-graph.tsx'

/** Every pipeline as its graph. */
export function PipelinesPage() {
  const t = useTranslations('streams.pipelines')
  const pipelines = useApi<ApiPage<PipelineItem>>('/api/v1/pipelines', {
    query: { limit: 50 },
    refetchInterval: 4_000,
  })
  const sources = useApi<ApiPage<SourceItem>>('/api/v1/sources', {
    query: { limit: 200 },
    refetchInterval: 4_000,
  })
  return (
    <Page>
      <PageHeader icon={Workflow} title={t('title')} description={t('description')} />
      {pipelines.error && !pipelines.data && (
        <ErrorState error={pipelines.error} onRetry={() => void pipelines.refetch()} />
      )}
      {pipelines.isLoading && <SkeletonLines lines={6} />}
      {pipelines.data?.items.length === 0 && (
        <Card>
          <EmptyState icon={Workflow} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        </Card>
      )}
      {pipelines.data?.items.map((pipeline) => (
        <Card
          key={pipeline.id}
          title={
            <Link href={`/pipelines/${pipeline.id}`} className="hover:underline">
              {pipeline.name}
            </Link>
          }
          description={t('mapping', { name: pipeline.mapping })}
        >
          <PipelineGraph pipeline={pipeline} sources={sources.data?.items} />
        </Card>
      ))}
    </Page>
  )
}
