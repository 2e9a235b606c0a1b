'use client'

import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { cn } from '#lib/client/cn.ts'
import { type View, views } from './visitors-query.ts'

/** Hour, day, month and TOP as pages of their own; what was chosen goes along. */
export function ViewLinks({ active }: { active: View }) {
  const t = useTranslations('analytics.view')
  const search = useSearchParams()
  const kept = new URLSearchParams(search)
  // Sort and filter belong to the list of one view.
  for (const name of [...kept.keys()]) if (/(^|-)(sort|filter)$/.test(name)) kept.delete(name)
  const query = kept.toString()
  return (
    <nav
      aria-label={t('label')}
      className="flex gap-4 overflow-x-auto border-line border-b [scrollbar-width:none]"
    >
      {views.map((view) => (
        <Link
          key={view}
          href={`/analytics/visitors/${view}${query ? `?${query}` : ''}`}
          {...(view === active ? { 'aria-current': 'page' as const } : {})}
          className={cn(
            '-mb-px flex h-9 shrink-0 items-center whitespace-nowrap border-transparent border-b-2 text-faint text-sm transition-colors hover:text-ink focus-visible:outline-offset-[-2px]',
            view === active && 'border-accent font-medium text-ink',
          )}
        >
          {t(view)}
        </Link>
      ))}
    </nav>
  )
}
