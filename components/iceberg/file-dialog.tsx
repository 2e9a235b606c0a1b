'use client'

import { FileX } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Bytes } from '#components/ui/amount.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { ColumnStatistics, FileItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { baseName, linkFilter } from './file-link.ts'
import { type TablePath, tableApi } from './table-path.ts'

/** A data or delete file with what its manifest says about it and each column. */
export function FileDialog({
  path,
  link,
  onClose,
}: {
  path: TablePath
  /** As `fileLink` made it. */
  link: string
  onClose: () => void
}) {
  const t = useTranslations('catalog.files')
  const found = useApi<ApiPage<FileItem>>(`${tableApi(path)}/files`, {
    query: { filter: linkFilter(link), limit: 1, stats: true },
  })
  const file = found.data?.items[0]
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      size="xl"
      title={<span className="break-all font-mono text-sm">{link}</span>}
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
        <Fact label={t(file.content === 'data' ? 'rows' : 'deletes')}>{format.number(file.rows)}</Fact>
        <Fact label={t('bytes')}>
          <Bytes value={file.bytes} />
        </Fact>
        <Fact label={t('content')}>
          {t(file.contentOffset === null ? file.content : 'deletion-vector')} · {file.format}
        </Fact>
        <Fact label={t('addedBy')}>
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
        </Fact>
        <Fact label={t('sequence')}>{file.sequenceNumber ?? '–'}</Fact>
        <Fact label={t('spec')}>{file.specId}</Fact>
        <Fact label={t('sortOrder')}>{file.sortOrderId ?? '–'}</Fact>
        {file.contentOffset !== null && <Fact label={t('offset')}>{format.number(file.contentOffset)}</Fact>}
        {file.equalityColumns && (
          <Fact label={t('equalityColumns')}>
            <span className="font-mono text-xs">{file.equalityColumns.join(', ')}</span>
          </Fact>
        )}
      </dl>
      {file.target && (
        <p className="text-sm">
          <span className="text-faint">{t('target')}</span>{' '}
          <Link
            className="break-all font-mono text-accent text-xs hover:underline"
            href={`?tab=files&file=${encodeURIComponent(baseName(file.target))}`}
          >
            {baseName(file.target)}
          </Link>
        </p>
      )}
      {file.contentOffset === null ? (
        <Columns columns={file.columns ?? []} fileBytes={file.bytes} />
      ) : (
        <p className="text-soft text-sm">{t('vectorText')}</p>
      )}
    </div>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
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
  const hasNans = known.some(({ nans }) => nans !== null)
  const number = (value: number | null) => (value === null ? '–' : format.number(value))
  if (known.length === 0) return <p className="text-soft text-sm">{t('noStatistics')}</p>
  return (
    <div className="scroll-thin overflow-x-auto rounded-md border border-line">
      <table className="w-full text-xs">
        <thead>
          <tr className="border-line border-b bg-subtle text-left text-faint [&>th]:h-8 [&>th]:whitespace-nowrap [&>th]:px-3 [&>th]:font-medium">
            <th>{t('column')}</th>
            <th className="text-right">{t('columnBytes')}</th>
            <th className="text-right">{t('values')}</th>
            <th className="text-right">{t('nulls')}</th>
            {hasNans && <th className="text-right">{t('nans')}</th>}
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
                {column.dropped && <Badge className="ml-1.5">{t('droppedColumn')}</Badge>}
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
              <td className="text-right">{number(column.values)}</td>
              <td className="text-right">{number(column.nulls)}</td>
              {hasNans && <td className="text-right">{number(column.nans)}</td>}
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
