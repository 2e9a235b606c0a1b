'use client'

import { Tag } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'

/** The tags a plan makes, each with the snapshot it keeps. */
export function PlanTags({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const { tagsAdded } = plan.summary
  if (tagsAdded.length === 0) {
    return (
      <EmptyState icon={Tag} title={t('noTags')}>
        {t('noTagsHint')}
      </EmptyState>
    )
  }
  return (
    <ul className="divide-y divide-line">
      {tagsAdded.map(({ name, snapshotId, committedAt }) => (
        <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-sm">
          <Tag className="size-4 shrink-0 text-faint" aria-hidden />
          <span className="min-w-52 font-medium font-mono">{name}</span>
          <span className="font-mono text-soft text-xs">{snapshotId}</span>
          <span className="ml-auto text-soft">
            <AbsoluteTime value={committedAt} seconds />
          </span>
        </li>
      ))}
    </ul>
  )
}
