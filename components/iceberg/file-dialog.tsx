'use client'

import { FileX } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Bytes } from '#components/ui/amount.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { ColumnStatistics, FileItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableApi } from './table-path.ts'

/** A data file with what its manifest says about each column. */
export function FileDialog({
  path,
  fileName,
  onClose,
}: {
  path: TablePath
  fileName: string
  onClose: () => void
}) {
  const t = useTranslations('catalog.files')
  const found = useApi<ApiPage<FileItem>>(`${tableApi(path)}/files`, {
    query: { filter: `"${fileName}"`, limit: 1, stats: true },
  })
  const file = found.data?.items[0]
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      size="xl"
      title={<span className="break-all font-mono text-sm">{fileName}</span>}
    >
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isLoading && <SkeletonLines lines={8} />}
      {found.data && !file && (
        <EmptyState icon={FileX} title={t('gone')}>
          {t('goneHint')}
        </EmptyState>
      )}
      {file && <FileFacts path={path} file={file} />}
    </Dialog>
  )
}

function FileFacts({ path, file }: { path: TablePath; file: FileItem }) {
  const t = useTranslations('catalog.files')
  const format = useFormat()
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-start gap-1 rounded-md bg-subtle px-3 py-2">
        <span className="min-w-0 flex-1 break-all font-mono text-xs">{file.path}</span>
        <CopyButton text={file.path} />
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 text-sm sm:grid-cols-4 [&_dt]:text-faint [&_dt]:text-xs">
        <div>
          <dt>{t('rows')}</dt>
          <dd>{format.number(file.rows)}</dd>
        </div>
        <div>
          <dt>{t('bytes')}</dt>
          <dd>
            <Bytes value={file.bytes} />
          </dd>
        </div>
        <div>
          <dt>{t('format')}</dt>
          <dd>{file.format}</dd>
        </div>
        <div>
          <dt>{t('addedBy')}</dt>
          <dd>
            {file.committedAt && file.snapshotId ? (
              <Link
                className="text-accent hover:underline"
                href={`?tab=snapshots&snapshot=${file.snapshotId}`}
                aria-label={`${path.table} ${file.snapshotId}`}
              >
                <AbsoluteTime value={file.committedAt} seconds />
              </Link>
            ) : (
              t('expired')
            )}
          </dd>
        </div>
      </dl>
      <Columns columns={file.columns ?? []} fileBytes={file.bytes} />
    </div>
  )
}

function Columns({ columns, fileBytes }: { columns: ColumnStatistics[]; fileBytes: number }) {
  const t = useTranslations('catalog.files')
  const format = useFormat()
  const known = columns.filter(
    ({ bytes, values, lower, upper }) =>
      bytes !== null || values !== null || lower !== null || upper !== null,
  )
  if (known.length === 0) return <p className="text-soft text-sm">{t('noStatistics')}</p>
  return (
    <div className="scroll-thin overflow-x-auto rounded-md border border-line">
      <table className="w-full text-xs">
        <thead>
          <tr className="border-line border-b bg-subtle text-left text-faint [&>th]:h-8 [&>th]:whitespace-nowrap [&>th]:px-3 [&>th]:font-medium">
            <th>{t('column')}</th>
            <th className="text-right">{t('columnBytes')}</th>
            <th className="text-right">{t('nulls')}</th>
            <th>{t('lower')}</th>
            <th>{t('upper')}</th>
          </tr>
        </thead>
        <tbody>
          {known.map((column) => (
            <tr key={column.fieldId} className="border-line border-b last:border-0 [&>td]:h-8 [&>td]:px-3">
              <td className="whitespace-nowrap">
                <span className="font-mono">{column.name}</span>{' '}
                <span className="text-faint">{column.type}</span>
              </td>
              <td className="whitespace-nowrap text-right">
                {column.bytes === null ? (
                  '–'
                ) : (
                  <>
                    <Bytes value={column.bytes} />{' '}
                    <span className="text-faint">
                      {format.percent(column.bytes / Math.max(1, fileBytes), 0)}
                    </span>
                  </>
                )}
              </td>
              <td className="text-right">{column.nulls === null ? '–' : format.number(column.nulls)}</td>
              <td className="max-w-48 truncate font-mono" title={column.lower ?? undefined}>
                {column.lower ?? '–'}
              </td>
              <td className="max-w-48 truncate font-mono" title={column.upper ?? undefined}>
                {column.upper ?? '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
