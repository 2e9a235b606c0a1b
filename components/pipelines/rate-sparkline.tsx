'use client'

import { useTranslations } from 'next-intl'
import { Sparkline } from '#components/charts/sparkline.tsx'
import type { LedgerEntry } from '#lib/api/sources.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { rowsByStep } from './rows-by-step.ts'

const [steps, stepMs] = [30, 30_000]

/** Rows read in the last 15 minutes, from the ledger. */
export function RateSparkline({ sourceId }: { sourceId: string }) {
  const t = useTranslations('streams.sources')
  const ledger = useApi<ApiPage<LedgerEntry>>(`/api/v1/sources/${sourceId}/ledger`, {
    query: { limit: 200 },
    refetchInterval: 10_000,
    keepPrevious: true,
  })
  if (!ledger.data) return <span className="block h-7" />
  return (
    <Sparkline
      label={t('sparkline')}
      values={rowsByStep(ledger.data.items, Date.now(), steps, stepMs)}
      className="w-28"
    />
  )
}
