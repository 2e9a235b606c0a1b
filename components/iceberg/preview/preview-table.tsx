'use client'

import { useTranslations } from 'next-intl'
import type { TablePreview } from '#lib/api/preview.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { cellText, isNumberType } from './cell-text.ts'

/** Longer types (structs) are told in full on hover and in the row's own window. */
const longestType = 24

/** Rows with the type of each column; opening one shows it value by value. */
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
  const cutCells = new Set(cut.map(({ row, column }) => `${row} ${column}`))
  return (
    <section
      className="scroll-thin max-h-[70dvh] overflow-auto rounded-md border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={label}
    >
      <table className="w-full border-separate border-spacing-0 text-xs">
        <thead>
          <tr className="text-left">
            <th className="sticky top-0 left-0 z-20 w-12 border-line border-b bg-subtle px-3 text-right font-normal text-faint">
              #
            </th>
            {columns.map(({ id, name, type }) => (
              <th
                key={id}
                scope="col"
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
          {rows.map((values, row) => (
            // The number in the first cell does the same: the row is only a larger target for the mouse.
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a preview have no identity but their place
              key={row}
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
                const text = cellText(values[column])
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
        </tbody>
      </table>
    </section>
  )
}
