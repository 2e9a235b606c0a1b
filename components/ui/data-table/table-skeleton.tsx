'use client'

import { useTranslations } from 'next-intl'
import { Skeleton } from '../skeleton.tsx'
import type { DataColumn } from './column.ts'

const widths = ['60%', '80%', '45%', '70%', '55%']

/** The shape of a list while its first rows are read. */
export function TableSkeleton<Row>({
  columns,
  rows = 6,
}: {
  columns: readonly DataColumn<Row>[]
  rows?: number
}) {
  const t = useTranslations('ui.table')
  const shown = columns.slice(0, 6)
  return (
    <div role="status" aria-label={t('loading')}>
      <div className="flex h-9 items-center border-line border-b bg-subtle px-3" />
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <div key={row} className="flex h-9 items-center gap-4 border-line border-b px-3 last:border-b-0">
          {shown.map(({ id }, index) => (
            <span key={id} className="flex-1">
              <span style={{ width: widths[(row + index) % widths.length] }} className="block">
                <Skeleton className="h-3.5" />
              </span>
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
