'use client'

import { Check, ChevronRight, CircleSlash, Clock, X } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { RelativeTime } from '#components/ui/time.tsx'
import type { WhyAnswer } from '#lib/api/maintenance-health.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { ActionStatus, blockerHref } from './action-status.tsx'
import { usePolicyText } from './use-policy-text.ts'

type Explained = WhyAnswer['actions'][number]
type Condition = Explained['conditions'][number]

/** For each action: whether it starts by itself now, and every condition of that. */
export function WhyPanel({ why }: { why: WhyAnswer }) {
  return (
    <ul className="divide-y divide-line">
      {why.actions.map((action) => (
        <ActionRow key={action.action} explained={action} />
      ))}
    </ul>
  )
}

function ActionRow({ explained }: { explained: Explained }) {
  const t = useTranslations('policies.why')
  const { action, conditions, nextAt, lastStarted, last, needsApproval } = explained
  const failed = conditions.filter(({ passed }) => !passed)
  // The status gives the first reason, or what is in the way.
  const said = failed.some(({ blocker }) => blocker !== null) ? undefined : failed[0]?.name
  return (
    <li className="py-3">
      <details className="group">
        <summary className="flex cursor-pointer list-none items-start gap-x-3 text-sm">
          <ChevronRight
            className="mt-0.5 size-4 shrink-0 text-faint transition-transform group-open:rotate-90"
            aria-hidden
          />
          <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-36 font-medium text-sm">{t(`action.${action}`)}</span>
            <ActionStatus explained={explained} linked={false} />
            {needsApproval && <span className="text-faint text-xs">{t('needsApproval')}</span>}
            {nextAt !== null && (
              <span className="inline-flex items-center gap-1 text-soft text-xs">
                <Clock className="size-3.5" aria-hidden />
                {t('next')} <RelativeTime value={nextAt} />
              </span>
            )}
          </span>
        </summary>
        <ul className="mt-2 ml-7 flex flex-col gap-1.5">
          {conditions.map((condition) => (
            <ConditionRow key={condition.name} condition={condition} />
          ))}
        </ul>
      </details>
      <p className="mt-1 ml-7 flex flex-wrap gap-x-3 text-faint text-xs">
        {last && (
          <span>
            {t('last')} <RelativeTime value={last.at} />
            {last.due
              ? `: ${t('wasStarted')}`
              : last.failed.join() !== said &&
                `: ${t('wasSkipped', { reason: last.failed.map((name) => t(`short.${name}`)).join(', ') })}`}
          </span>
        )}
        {lastStarted?.started && (
          <Link className="text-accent hover:underline" href={blockerHref(lastStarted.started)}>
            {t('lastStarted')} <RelativeTime value={lastStarted.at} />
          </Link>
        )}
      </p>
    </li>
  )
}

function ConditionRow({ condition }: { condition: Condition }) {
  const t = useTranslations('policies.why')
  const text = usePolicyText()
  const format = useFormat()
  const { name, passed, unit, field, origin, about, blocker, nextAt } = condition
  const print = (value: Condition['current']): string => {
    if (value === null) return '–'
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    if (typeof value === 'string') return value
    return unit === 'milliseconds' ? format.duration(value) : format.number(value)
  }
  const Icon = passed ? Check : nextAt !== null ? Clock : blocker ? CircleSlash : X
  return (
    <li className="flex gap-2 text-sm">
      <Icon className={`mt-0.5 size-4 shrink-0 ${passed ? 'text-ok' : 'text-bad'}`} aria-hidden />
      <div className="min-w-0">
        <p>
          <span className="sr-only">{t(passed ? 'holds' : 'fails')} </span>
          {t(`condition.${name}`, {
            current: print(condition.current),
            threshold: print(condition.threshold),
          })}
          {about !== null && about !== '' && about !== 'failed' && (
            <code className="ml-1.5 text-faint text-xs">{about}</code>
          )}
          {blocker && (
            <Link className="ml-1.5 text-accent hover:underline" href={blockerHref(blocker)}>
              {t(`blocker.${blocker.kind}`)}
            </Link>
          )}
        </p>
        {(field !== null || nextAt !== null) && (
          <p className="text-faint text-xs">
            {field !== null &&
              origin !== null &&
              t('from', { field: text.label(field), origin: text.origin(origin) })}
            {nextAt !== null && (
              <>
                {' '}
                {t('next')} <RelativeTime value={nextAt} />
              </>
            )}
          </p>
        )}
      </div>
    </li>
  )
}
