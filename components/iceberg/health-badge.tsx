'use client'

import { useTranslations } from 'next-intl'
import { StatusDot, type Tone } from '#components/ui/badge.tsx'
import type { TableHealth } from '#lib/api/catalog-schemas.ts'

export const healthTone: Record<TableHealth['grade'], Tone> = { good: 'ok', fair: 'warn', poor: 'bad' }

/** A table's health in a word with its score of 100. */
export function HealthBadge({ health }: { health: TableHealth | null }) {
  const t = useTranslations('catalog.health')
  if (!health) return <StatusDot tone="neutral">{t('unknown')}</StatusDot>
  return (
    <StatusDot tone={healthTone[health.grade]}>
      {t(health.grade)} <span className="text-faint">{health.score}</span>
    </StatusDot>
  )
}
