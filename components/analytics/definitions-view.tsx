'use client'

import { BookOpen } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { MetricDefinition } from '#lib/analytics/visitors-answer.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'

const rules = ['buckets', 'complete', 'top'] as const

/** What every number means, in words and in SQL. */
export function DefinitionsView() {
  const t = useTranslations('analytics')
  useCrumb('definitions', t('definitionsTitle'))
  const { data, error, refetch } = useApi<{ items: MetricDefinition[] }>('/api/v1/analytics/metrics')
  return (
    <Page>
      <PageHeader icon={BookOpen} title={t('definitionsTitle')} description={t('definitionsDescription')} />
      {error && !data ? (
        <ErrorState error={error} onRetry={() => refetch()} />
      ) : (
        <div className="grid gap-4 lg:grid-cols-2">
          {data
            ? data.items.map((metric) => <Definition key={metric.id} metric={metric} />)
            : ['a', 'b', 'c'].map((key) => (
                <Card key={key}>
                  <SkeletonLines lines={6} />
                </Card>
              ))}
          {rules.map((rule) => (
            <Card key={rule} title={t(`definitions.${rule}Title`)}>
              <p className="text-soft">{t(`definitions.${rule}`)}</p>
            </Card>
          ))}
        </div>
      )}
    </Page>
  )
}

function Definition({ metric }: { metric: MetricDefinition }) {
  const t = useTranslations('analytics.definitions')
  const { locale } = useFormat()
  return (
    <Card
      id={metric.id}
      title={metric.name[locale]}
      actions={
        <>
          {metric.grains.map((grain) => (
            <Badge key={grain}>{t(`grains.${grain}`)}</Badge>
          ))}
          <Badge tone={metric.additive ? 'ok' : 'warn'}>
            {t(metric.additive ? 'additive' : 'notAdditive')}
          </Badge>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>{metric.sentence[locale]}</p>
        <p className="text-soft text-sm">{metric.combining[locale]}</p>
        <CodeBlock code={metric.sql} label="SQL" wrap />
      </div>
    </Card>
  )
}
