'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { TablePreview } from '#lib/api/preview.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { readableText, rowObject } from './cell-text.ts'

/** One row value by value: nested ones over several lines, each to be copied. */
export function RowDialog({
  preview,
  row,
  onMove,
  onClose,
}: {
  preview: TablePreview
  row: number
  onMove: (row: number) => void
  onClose: () => void
}) {
  const t = useTranslations('snapshots.preview')
  const format = useFormat()
  const { columns, rows, cut } = preview
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={t('row', { number: format.number(row + 1) })}
      footer={
        <>
          <CopyButton
            text={JSON.stringify(rowObject(preview, row), null, 2)}
            label={t('copyRow')}
            className="mr-auto"
          />
          <IconButton
            icon={ChevronLeft}
            label={t('previous')}
            variant="secondary"
            disabled={row === 0}
            onClick={() => onMove(row - 1)}
          />
          <IconButton
            icon={ChevronRight}
            label={t('next')}
            variant="secondary"
            disabled={row + 1 >= rows.length}
            onClick={() => onMove(row + 1)}
          />
        </>
      }
    >
      <dl className="divide-y divide-line">
        {columns.map(({ id, name, type }, column) => {
          const text = readableText(rows[row]?.[column])
          const length = cut.find((one) => one.row === row && one.column === column)?.length
          return (
            <div key={id} className="flex flex-col gap-x-4 py-1.5 sm:flex-row">
              <dt className="min-w-0 shrink-0 sm:w-52">
                <span className="block break-all font-medium font-mono text-xs">{name}</span>
                <span className="block break-words text-faint text-xs">{type}</span>
              </dt>
              <dd className="flex min-w-0 flex-1 items-start gap-1">
                <div className="min-w-0 flex-1">
                  <pre className="whitespace-pre-wrap break-all font-mono text-xs leading-5">
                    {text ?? <span className="text-faint">NULL</span>}
                    {length !== undefined && '…'}
                  </pre>
                  {length !== undefined && (
                    <p className="text-faint text-xs">{t('cut', { length: format.bytes(length) })}</p>
                  )}
                </div>
                {text !== null && <CopyButton text={text} label={t('copyValue', { name })} />}
              </dd>
            </div>
          )
        })}
      </dl>
    </Dialog>
  )
}
