'use client'

import { ChartColumn } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { TopAnswer, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { siteDayOf } from '#lib/client/site-day.ts'

type Missing = 'noSite' | 'building'
const nextStep = { noSite: '/pipelines', building: '/runs' } as const

/** No numbers at all yet: what is going on, and where to see it. */
export function NothingYet({ missing }: { missing: Missing }) {
  const t = useTranslations('analytics.empty')
  return (
    <Card>
      <EmptyState
        icon={ChartColumn}
        title={t(missing)}
        action={
          <Button asChild>
            <Link href={nextStep[missing]}>{t(`${missing}Action`)}</Link>
          </Button>
        }
      >
        {t(`${missing}Hint`)}
      </EmptyState>
    </Card>
  )
}

interface NothingInRangeProps {
  answer: VisitorsAnswer | TopAnswer
  onShow: (range: { from: string; to: string }) => void
}

/** The range has no data, but there is some elsewhere: offers to go there. */
export function NothingInRange({ answer, onShow }: NothingInRangeProps) {
  const t = useTranslations('analytics.empty')
  const { covered, timeZone } = answer
  if (!covered) return <NothingYet missing="building" />
  const range = {
    from: siteDayOf(new Date(covered.from), timeZone),
    to: siteDayOf(new Date(Date.parse(covered.to) - 1), timeZone),
  }
  return (
    <Card>
      <EmptyState
        icon={ChartColumn}
        title={t('range')}
        action={<Button onClick={() => onShow(range)}>{t('rangeAction')}</Button>}
      >
        {t('rangeHint', range)}
      </EmptyState>
    </Card>
  )
}
