'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { StatusDot } from '#components/ui/badge.tsx'
import type { WhyAnswer } from '#lib/api/maintenance-health.ts'

type Explained = WhyAnswer['actions'][number]
export type Blocker = NonNullable<Explained['conditions'][number]['blocker']>

/** Where what is in an action's way is looked at. */
export const blockerHref = ({ kind, id }: Pick<Blocker, 'kind' | 'id'>): string =>
  kind === 'run' ? `/runs/${id}` : `/maintenance/plans/${id}`

/** Conditions that somebody has to change something for: time and work do not make them hold. */
const upToPeople: ReadonlySet<string> = new Set([
  'enabled',
  'may-delete',
  'usable-properties',
  'started-by-people',
])

/**
 * Whether an action starts by itself now, in a few words: it runs, it is due, or the first thing that keeps it.
 * @param linked whether it leads to what is in the way; not within something that is pressed itself
 */
export function ActionStatus({ explained, linked = true }: { explained: Explained; linked?: boolean }) {
  const t = useTranslations('policies.why')
  const { due, conditions } = explained
  const failed = conditions.filter(({ passed }) => !passed)
  const blocker = failed.find(({ blocker }) => blocker !== null)?.blocker
  const first = failed[0]
  if (blocker) {
    return (
      <StatusDot tone="accent" active={blocker.kind === 'run'}>
        {linked ? (
          <Link className="hover:underline" href={blockerHref(blocker)}>
            {t(`now.${blocker.kind}`)}
          </Link>
        ) : (
          t(`now.${blocker.kind}`)
        )}
      </StatusDot>
    )
  }
  if (due || !first) return <StatusDot tone="accent">{t('due')}</StatusDot>
  return (
    <StatusDot tone={upToPeople.has(first.name) ? 'warn' : 'neutral'}>{t(`short.${first.name}`)}</StatusDot>
  )
}
