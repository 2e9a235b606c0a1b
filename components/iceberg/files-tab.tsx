'use client'

import { File } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { Badge } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { FileItem, TableDetail } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { FileDialog } from './file-dialog.tsx'
import { baseName, fileLink } from './file-link.ts'
import { type TablePath, tableApi } from './table-path.ts'

/** The live files of the current snapshot; opening one shows the statistics of its columns. */
export function FilesTab({
  path,
  detail,
  refetchInterval,
}: {
  path: TablePath
  detail: TableDetail
  refetchInterval: number
}) {
  const t = useTranslations('catalog.files')
  const _format = useFormat()
  const [linked, setLinked] = useQueryState('file', parseAsString)
  const fields = detail.partitionSpec.fields.map(({ name }) => name)

  const columns: DataColumn<FileItem>[] = [
    {
      id: 'path',
      header: t('file'),
      value: (item) => item.path,
      cell: (item) => (
        <span className="inline-flex min-w-0 items-center gap-1.5">
          <span className="truncate font-mono text-xs">{baseName(item.path)}</span>
          {item.content !== 'data' && (
            <Badge tone="warn">{t(item.contentOffset === null ? item.content : 'deletion-vector')}</Badge>
          )}
        </span>
      ),
      sortable: true,
      width: 300,
    },
    {
      id: 'partition',
      header: t('partition'),
      value: (item) =>
        Object.entries(item.partition)
          .map(([name, value]) => `${name}=${value ?? 'null'}`)
          .join('/'),
      cell: (item) => (
        <span className="font-mono text-xs">
          {Object.values(item.partition)
            .map((value) => value ?? 'NULL')
            .join(' / ') || '–'}
        </span>
      ),
      width: 170,
    },
    {
      id: 'rows',
      header: t('rows'),
      value: (item) => item.rows,
      kind: 'count',
      sortable: true,
      width: 100,
    },
    {
      id: 'bytes',
      header: t('bytes'),
      value: (item) => item.bytes,
      kind: 'bytes',
      sortable: true,
      width: 100,
    },
    {
      id: 'sequence',
      header: t('sequence'),
      value: (item) => item.sequenceNumber,
      sortable: true,
      align: 'right',
      width: 110,
      hideOnPhone: true,
    },
    {
      id: 'committed_at',
      header: t('committed'),
      value: (item) => item.committedAt,
      kind: 'time',
      width: 130,
      hideOnPhone: true,
    },
  ]
  return (
    <>
      <DataTable<FileItem>
        name={`${path.table}-files`}
        urlKey="files"
        source={{ path: `${tableApi(path)}/files`, refetchInterval }}
        columns={columns}
        filterFields={[...fields, 'rows', 'bytes', 'snapshot', 'sequence', 'content', 'target']}
        defaultSort="-sequence"
        rowId={fileLink}
        onOpen={(item) => void setLinked(fileLink(item))}
        empty={
          <EmptyState icon={File} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        }
      />
      {linked && <FileDialog path={path} link={linked} onClose={() => void setLinked(null)} />}
    </>
  )
}
