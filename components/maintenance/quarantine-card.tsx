'use client'

import { ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import type { QuarantineSummary } from '#lib/api/maintenance.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { quarantineApi } from './plan-names.tsx'

/** What waits to be deleted, with the way to it. */
export function QuarantineCard() {
  const t = useTranslations('maintenance.quarantine')
  const format = useFormat()
  const summary = useApi<QuarantineSummary>(`${quarantineApi}/summary`, { refetchInterval: 10_000 })
  const waiting = summary.data?.states.find(({ state }) => state === 'quarantined')
  return (
    <Card
      title={t('title')}
      description={t('description')}
      actions={
        <Button asChild icon={ShieldCheck}>
          <Link href="/maintenance/quarantine">{t('open')}</Link>
        </Button>
      }
    >
      <p className="text-sm">
        {waiting
          ? t('waiting', { count: format.number(waiting.files), bytes: format.bytes(waiting.bytes) })
          : summary.data
            ? t('empty')
            : '…'}
      </p>
    </Card>
  )
}
