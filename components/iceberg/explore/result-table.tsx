'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { cn } from '#lib/client/cn.ts'
import type { QueryAnswer } from './browser-database.ts'

const rowHeight = 32

/** The rows of an answer; only those in view are drawn. */
export function ResultTable({ answer }: { answer: QueryAnswer }) {
  const t = useTranslations('catalog.explore')
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: answer.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <section
      ref={scroller}
      className="scroll-thin max-h-96 overflow-auto border-line border-t"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t('result')}
    >
      <table className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr className="text-left text-faint text-xs">
            {answer.columns.map((name, column) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: a query may name two columns alike
                key={column}
                className={cn(
                  'sticky top-0 h-8 whitespace-nowrap border-line border-b bg-subtle px-3 font-medium font-mono',
                  answer.numeric[column] && 'text-right',
                )}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} aria-hidden />}
          {items.map(({ index }) => (
            <tr key={index} className="hover:bg-subtle">
              {answer.rows[index]?.map((value, column) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity but their place
                  key={column}
                  className={cn(
                    'h-8 max-w-96 truncate border-line border-b px-3 font-mono text-xs',
                    answer.numeric[column] && 'text-right',
                  )}
                  title={value ?? undefined}
                >
                  {value ?? <span className="text-faint">NULL</span>}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} aria-hidden />}
        </tbody>
      </table>
    </section>
  )
}
