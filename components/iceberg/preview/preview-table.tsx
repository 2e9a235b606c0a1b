'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useTranslations } from 'next-intl'
import { useMemo, useRef } from 'react'
import type { TablePreview } from '#lib/api/preview.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { cellText, columnWidth, isNumberType } from './cell-text.ts'

/** Longer types (structs) are told in full on hover and in the row's own window. */
const longestType = 24
const rowHeight = 33

/** Rows with the type of each column, only those in view are drawn; opening one shows it value by value. */
export function PreviewTable({
  preview,
  label,
  onOpen,
}: {
  preview: TablePreview
  label: string
  onOpen: (row: number) => void
}) {
  const t = useTranslations('snapshots.preview')
  const format = useFormat()
  const { columns, rows, cut } = preview
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialRect: { width: 1200, height: 700 },
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  // From all rows: a column must not change its width with the rows that are in view.
  const widths = useMemo(
    () =>
      columns.map(({ name, type }, column) =>
        columnWidth([
          name,
          `${type.slice(0, longestType)}…`,
          ...rows.map((values) => cellText(values[column])),
        ]),
      ),
    [columns, rows],
  )
  const cutCells = new Set(cut.map(({ row, column }) => `${row} ${column}`))
  return (
    <section
      ref={scroller}
      className="scroll-thin max-h-[70dvh] overflow-auto rounded-md border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={label}
    >
      <table className="w-full border-separate border-spacing-0 text-xs" aria-rowcount={rows.length + 1}>
        <thead>
          <tr className="text-left" aria-rowindex={1}>
            <th className="sticky top-0 left-0 z-20 w-12 border-line border-b bg-subtle px-3 text-right font-normal text-faint">
              #
            </th>
            {columns.map(({ id, name, type }, column) => (
              <th
                key={id}
                scope="col"
                style={{ minWidth: widths[column] }}
                className={cn(
                  'sticky top-0 z-10 h-11 whitespace-nowrap border-line border-b bg-subtle px-3 font-normal',
                  isNumberType(type) && 'text-right',
                )}
              >
                <span className="block font-medium font-mono text-ink">{name}</span>
                <span className="block text-faint" title={type}>
                  {type.length > longestType ? `${type.slice(0, longestType)}…` : type}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && (
            <tr aria-hidden>
              <td style={{ height: before }} colSpan={columns.length + 1} />
            </tr>
          )}
          {items.map(({ index: row }) => (
            // The number in the first cell does the same: the row is only a larger target for the mouse.
            <tr
              key={row}
              aria-rowindex={row + 2}
              className="group/row cursor-pointer"
              onClick={(event) => {
                const selecting = window.getSelection()?.type === 'Range'
                if (!selecting && !(event.target as HTMLElement).closest('button')) onOpen(row)
              }}
            >
              <td className="sticky left-0 z-[5] border-line border-b bg-surface px-3 text-right group-last/row:border-b-0 group-hover/row:bg-subtle">
                <button
                  type="button"
                  aria-label={t('openRow', { number: format.number(row + 1) })}
                  onClick={() => onOpen(row)}
                  className="text-faint hover:text-accent hover:underline"
                >
                  {format.number(row + 1)}
                </button>
              </td>
              {columns.map(({ id, type }, column) => {
                const text = cellText(rows[row]?.[column])
                return (
                  <td
                    key={id}
                    className={cn(
                      'h-8 max-w-80 truncate border-line border-b px-3 font-mono group-last/row:border-b-0 group-hover/row:bg-subtle',
                      isNumberType(type) && 'text-right',
                    )}
                  >
                    {text === null ? <span className="text-faint">NULL</span> : text}
                    {cutCells.has(`${row} ${column}`) && '…'}
                  </td>
                )
              })}
            </tr>
          ))}
          {after > 0 && (
            <tr aria-hidden>
              <td style={{ height: after }} colSpan={columns.length + 1} />
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}
