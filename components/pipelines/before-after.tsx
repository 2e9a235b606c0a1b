'use client'

import { ArrowRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useFormat } from '#lib/client/use-format.ts'

type Facts = Record<string, unknown> | null

const measures = [
  'files',
  'averageFileBytes',
  'smallFiles',
  'bytes',
  'score',
  'snapshots',
  'refs',
  'manifests',
] as const
type Measure = (typeof measures)[number]

const numberAt = (facts: Facts, key: string): number | null => {
  const value = facts?.[key]
  return typeof value === 'number' ? value : null
}

/** A table before and after a run, measure by measure. */
export function BeforeAfter({ before, after }: { before: Facts; after: Facts }) {
  const t = useTranslations('streams.measure')
  const format = useFormat()
  const write = (measure: Measure, value: number | null): string => {
    if (value === null) return '…'
    return measure === 'bytes' || measure === 'averageFileBytes' ? format.bytes(value) : format.number(value)
  }
  const changeOf = (measure: Measure, to: number, from: number): string | null =>
    measure === 'score'
      ? to === from
        ? null
        : t('points', { points: format.number(to - from, { signDisplay: 'exceptZero' }) })
      : format.change(to, from)
  const shown = measures.filter((measure) => numberAt(before, measure) !== null)
  if (shown.length === 0) return null
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line lg:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] max-lg:[&>*:last-child:nth-child(odd)]:col-span-2">
      {shown.map((measure) => {
        const [from, to] = [numberAt(before, measure), numberAt(after, measure)]
        const change = from === null || to === null ? null : changeOf(measure, to, from)
        return (
          <div key={measure} className="bg-surface px-4 py-3">
            <dt className="text-faint text-xs">{t(measure)}</dt>
            <dd className="mt-0.5 flex flex-wrap items-baseline gap-x-1.5">
              <span className="text-soft">{write(measure, from)}</span>
              <ArrowRight className="size-3.5 self-center text-faint" aria-hidden />
              <span className="font-semibold text-lg">{write(measure, to)}</span>
              {change && <span className="text-faint text-xs">{change}</span>}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
