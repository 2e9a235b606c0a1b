'use client'

import { useTranslations } from 'next-intl'
import { Stat } from '#components/ui/stat.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** How long applying a plan will take, and by what; once it was applied, how long it took. */
export function EstimateStat({ plan: { summary, run } }: { plan: PlanView }) {
  const t = useTranslations('maintenance.estimate')
  const format = useFormat()
  const { estimate } = summary
  if (!estimate) return null
  const took = run?.after?.durationMs
  return (
    <Stat
      label={t('label')}
      value={t('about', { duration: format.duration(estimate.ms) })}
      note={
        typeof took === 'number'
          ? t('took', { duration: format.duration(took) })
          : t(`basis.${estimate.basis}`, { runs: estimate.runs })
      }
    />
  )
}
