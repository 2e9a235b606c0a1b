'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'

/** Says that the person was granted to read only, which is why changes are not offered. */
export function ReadOnlyBadge() {
  const t = useTranslations('catalog-changes')
  return (
    <Tooltip content={t('readOnlyHint')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its reason has to be reachable by keyboard */}
      <span tabIndex={0}>
        <Badge icon={Lock}>{t('menu.readOnly')}</Badge>
      </span>
    </Tooltip>
  )
}
