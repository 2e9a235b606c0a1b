'use client'

import { ChartColumn, Table2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import { cn } from '#lib/client/cn.ts'

export interface TwinTable {
  columns: { label: string; numeric: boolean }[]
  rows: { key: string; cells: ReactNode[] }[]
}

interface ChartFrameProps {
  /** What the chart shows, in words. */
  label: string
  twin: TwinTable
  legend?: ReactNode
  children: ReactNode
  className?: string
}

/** A chart with its twin: the same numbers as a table, for screen readers always, for everybody on demand. */
export function ChartFrame({ label, twin, legend, children, className }: ChartFrameProps) {
  const t = useTranslations('ui.chart')
  const [asTable, setAsTable] = useState(false)
  return (
    <figure className={cn('m-0 flex min-w-0 flex-col gap-2', className)} aria-label={label}>
      <div className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1 text-soft text-xs">
          {legend}
        </div>
        <IconButton
          size="sm"
          icon={asTable ? ChartColumn : Table2}
          label={asTable ? t('showChart') : t('showTable')}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      </div>
      {!asTable && children}
      <div
        className={asTable ? 'scroll-thin max-h-96 overflow-auto rounded-md border border-line' : 'sr-only'}
        {...(asTable ? { tabIndex: 0 } : {})}
      >
        <table className="w-full border-separate border-spacing-0 text-sm">
          <caption className="sr-only">{label}</caption>
          <thead>
            <tr>
              {twin.columns.map(({ label: text, numeric }) => (
                <th
                  key={text}
                  scope="col"
                  className={cn(
                    'sticky top-0 h-8 whitespace-nowrap border-line border-b bg-subtle px-3 font-medium text-faint text-xs',
                    numeric ? 'text-right' : 'text-left',
                  )}
                >
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {twin.rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, index) => (
                  <td
                    key={twin.columns[index]?.label}
                    className={cn(
                      'h-8 whitespace-nowrap border-line border-b px-3',
                      twin.columns[index]?.numeric ? 'text-right' : 'text-left',
                    )}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}

/** A line of the legend. */
export function LegendItem({
  color,
  dashed = false,
  hatched = false,
  children,
}: {
  color: string
  dashed?: boolean
  hatched?: boolean
  children: ReactNode
}) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      {dashed ? (
        <span className="w-4 border-t-2 border-dashed" style={{ borderColor: color }} aria-hidden />
      ) : (
        <span
          className="size-2.5 rounded-sm"
          style={
            hatched
              ? {
                  background: `repeating-linear-gradient(135deg, ${color} 0 1.5px, transparent 1.5px 4px)`,
                  outline: `1px solid ${color}`,
                  outlineOffset: '-1px',
                }
              : { background: color }
          }
          aria-hidden
        />
      )}
      {children}
    </span>
  )
}
