'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import type { SourcePartitionItem } from '#lib/api/sources.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useCan } from '#lib/client/use-me.ts'
import { ProblemCard } from './problem-card.tsx'
import { useRetryPartitions } from './use-retry-partitions.ts'

/** The first files or partitions that can't be read, each with why and what to do; the rest are in the list. */
export function FailedPartitions({ sourceId }: { sourceId: string }) {
  const t = useTranslations('streams.partitions')
  const allowed = useCan('engineer')
  const retry = useRetryPartitions(sourceId)
  const failed = useApi<ApiPage<SourcePartitionItem>>(`/api/v1/sources/${sourceId}/partitions`, {
    query: { state: 'failed', limit: 3 },
    refetchInterval: 4_000,
  })
  return failed.data?.items.map(
    (item) =>
      item.problem && (
        <ProblemCard
          key={item.id}
          problem={item.problem}
          action={
            allowed && (
              <Button
                size="sm"
                icon={RotateCcw}
                loading={retry.isPending}
                onClick={() => retry.mutate([item.name])}
              >
                {t('retry')}
              </Button>
            )
          }
        />
      ),
  )
}
