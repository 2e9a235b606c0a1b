'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { TimeEvent } from '#components/charts/time-series.ts'
import type { VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import type { RunItem } from '#lib/api/runs.ts'
import type { ApiPage } from '#lib/client/use-api.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** Compactions of the site's table as marks on the time axis, for ranges short enough to tell them apart. */
export function useCompactionMarks(answer: VisitorsAnswer | undefined): TimeEvent[] {
  const t = useTranslations('analytics.chart')
  const format = useFormat()
  const wanted = answer?.grain === 'hour' && answer.items.length > 0 && answer.items.length <= 72
  const runs = useApi<ApiPage<RunItem>>(wanted ? '/api/v1/runs' : null, {
    query: { kind: 'compaction', state: 'succeeded', limit: 100 },
    refetchInterval: 15_000,
  })
  return useMemo(
    () =>
      (runs.data?.items ?? [])
        .filter(
          ({ table }) => answer && table?.catalog === answer.site.catalog && table.name === answer.site.table,
        )
        .flatMap(({ finishedAt, before, after }) =>
          finishedAt === null
            ? []
            : [
                {
                  at: finishedAt,
                  label: t('compaction', {
                    before: format.number(Number(before?.files ?? 0)),
                    after: format.number(Number(after?.files ?? 0)),
                  }),
                },
              ],
        ),
    [runs.data, answer, t, format],
  )
}
