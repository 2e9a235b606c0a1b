'use client'

import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { RelativeTime } from '#components/ui/time.tsx'
import type { Timeline } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** The latest compactions, each as files and average size before → after. */
export function CompactionList({ compactions }: { compactions: Timeline['compactions'] }) {
  const t = useTranslations('catalog.timeline')
  const format = useFormat()
  if (compactions.length === 0) return null
  return (
    <ul className="divide-y divide-line border-line border-t text-sm" aria-label={t('compactions')}>
      {compactions
        .slice(-4)
        .reverse()
        .map((each) => (
          <li key={each.snapshotId} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
            <span className="min-w-24 text-soft">
              {each.runId ? (
                <Link href={`/runs/${each.runId}`} className="text-accent hover:underline">
                  <RelativeTime value={each.at} />
                </Link>
              ) : (
                <RelativeTime value={each.at} />
              )}
            </span>
            <Pair
              label={t('files')}
              before={format.number(each.before.files)}
              after={format.number(each.after.files)}
            />
            <Pair
              label={t('merged', { files: format.number(each.removed.files) })}
              before={format.bytes(each.removed.averageFileBytes)}
              after={format.bytes(each.added.averageFileBytes)}
            />
            <Pair
              label={t('averageFileBytes')}
              before={format.bytes(each.before.averageFileBytes)}
              after={format.bytes(each.after.averageFileBytes)}
            />
          </li>
        ))}
    </ul>
  )
}

function Pair({ label, before, after }: { label: string; before: string; after: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span className="text-faint text-xs">{label}</span>
      {before}
      <ArrowRight className="size-3.5 text-faint" aria-hidden />
      <span className="font-medium">{after}</span>
    </span>
  )
}
