'use client'

import { useTranslations } from 'next-intl'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

interface ProgressBarProps {
  done: number
  /** null: not known, the bar only shows that something goes on. */
  total: number | null
  /** Units of done and total. */
  unit: 'rows' | 'bytes' | 'files'
  /** When it began (ISO 8601); with it rate and time left are shown. */
  startedAt?: string | null
  /** A second measure in words: `312 MB`, `744 files`. */
  extra?: string
  /** What goes on, for screen readers. */
  label: string
  state?: 'running' | 'done' | 'failed'
  compact?: boolean
  className?: string
}

/** How far long work is, in real units, with rate and time left. */
export function ProgressBar({
  done,
  total,
  unit,
  startedAt,
  extra,
  label,
  state = 'running',
  compact = false,
  className,
}: ProgressBarProps) {
  const t = useTranslations('ui.progress')
  const format = useFormat()
  const amount = (value: number) =>
    unit === 'bytes' ? format.bytes(value) : t(unit, { count: format.number(Math.round(value)) })
  const ratio = total && total > 0 ? Math.min(1, done / total) : null
  const seconds = startedAt ? Math.max(0.001, (Date.now() - Date.parse(startedAt)) / 1_000) : null
  const rate = state === 'running' && seconds !== null && done > 0 && seconds > 1 ? done / seconds : null
  const left = rate !== null && total !== null && total > done ? ((total - done) / rate) * 1_000 : null
  const fill = { running: 'bg-accent', done: 'bg-ok', failed: 'bg-bad' }[state]
  const facts = [
    total === null || state === 'done' ? amount(done) : t('of', { done: amount(done), total: amount(total) }),
    extra,
    rate === null ? undefined : t('perSecond', { amount: amount(rate >= 10 ? Math.round(rate) : rate) }),
    left === null ? undefined : t('left', { duration: format.duration(left) }),
  ].filter(Boolean)
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <div className="flex items-center gap-2">
        <div
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={facts.join(', ')}
          {...(ratio === null ? {} : { 'aria-valuenow': Math.round(ratio * 100) })}
          className="h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-hover"
        >
          {ratio === null && state === 'running' ? (
            <div className="h-full w-1/3 animate-travel rounded-full bg-accent" />
          ) : (
            <div
              className={cn('h-full rounded-full transition-[width] duration-150', fill)}
              style={{ width: `${(ratio ?? 1) * 100}%` }}
            />
          )}
        </div>
        {ratio !== null && (
          <span className="w-10 shrink-0 text-right text-soft text-xs">{format.percent(ratio, 0)}</span>
        )}
      </div>
      {!compact && <div className="text-faint text-xs">{facts.join(' · ')}</div>}
    </div>
  )
}
