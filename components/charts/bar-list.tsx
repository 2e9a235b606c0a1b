'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useFormat } from '#lib/client/use-format.ts'

export interface BarListItem {
  key: string
  label: ReactNode
  value: number
  /** The period before, for the change at the right. */
  previous?: number | null
  href?: string
}

interface BarListProps {
  /** What is ranked, in words. */
  label: string
  items: readonly BarListItem[]
  /** The whole that shares are of; without it no shares are shown. */
  total?: number
  formatValue?: (value: number) => string
}

/** A ranking: the longest bar is the first. An ordered list, so that it reads as one without eyes, too. */
export function BarList({ label, items, total, formatValue }: BarListProps) {
  const t = useTranslations('ui.chart')
  const format = useFormat()
  const highest = Math.max(1, ...items.map(({ value }) => value))
  const write = formatValue ?? ((value: number) => format.number(value))
  return (
    <ol aria-label={label} className="flex flex-col gap-px text-sm">
      {items.map((item, index) => {
        const change =
          item.previous === undefined || item.previous === null
            ? null
            : format.change(item.value, item.previous)
        return (
          <li key={item.key} className="relative flex h-9 items-center gap-3 px-2">
            <span
              aria-hidden
              className="absolute inset-y-1 left-0 rounded-sm bg-accent-soft"
              style={{ width: `${(item.value / highest) * 100}%` }}
            />
            <span className="relative w-5 shrink-0 text-right text-faint text-xs" aria-hidden>
              {index + 1}
            </span>
            <span className="relative min-w-0 flex-1 truncate">
              {item.href ? (
                <Link href={item.href} className="hover:text-accent hover:underline">
                  {item.label}
                </Link>
              ) : (
                item.label
              )}
            </span>
            {change !== null && (
              <span className="relative hidden w-16 shrink-0 text-right text-soft text-xs sm:inline">
                {change}
              </span>
            )}
            {total !== undefined && total > 0 && (
              <span className="relative w-12 shrink-0 text-right text-soft text-xs">
                <span className="sr-only">{t('share')} </span>
                {format.percent(item.value / total)}
              </span>
            )}
            <span className="relative min-w-14 shrink-0 text-right font-medium">{write(item.value)}</span>
          </li>
        )
      })}
    </ol>
  )
}
