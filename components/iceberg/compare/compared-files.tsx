'use client'

import { File } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { ComparedFile } from '#lib/api/compare.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableApi } from '../table-path.ts'

/** Files that came and went. */
export function ComparedFiles({ path, query }: { path: TablePath; query: { from: string; to: string } }) {
  const t = useTranslations('snapshots.compare')
  const files = useTranslations('catalog.files')
  const _format = useFormat()
  const columns: DataColumn<ComparedFile>[] = [
    {
      id: 'change',
      header: t('change'),
      value: (item) => item.change,
      cell: (item) => (
        <Badge tone={item.change === 'added' ? 'ok' : 'bad'}>
          {item.change === 'added' ? '+' : '−'} {t(item.change)}
        </Badge>
      ),
      sortable: true,
      width: 100,
    },
    {
      id: 'path',
      header: files('file'),
      value: (item) => item.relativePath,
      cell: (item) => (
        <span className="inline-flex items-center gap-1.5">
          <span className="font-mono text-xs">{item.relativePath}</span>
          {item.content !== 'data' && (
            <Badge tone="warn">{files(item.contentOffset === null ? item.content : 'deletion-vector')}</Badge>
          )}
        </span>
      ),
      sortable: true,
      width: 460,
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
  ]
  return (
    <DataTable<ComparedFile>
      name={`${path.table}-compared-files`}
      urlKey="compared"
      source={{ path: `${tableApi(path)}/compare/files`, query }}
      columns={columns}
      filterFields={['change', 'content', 'rows', 'bytes']}
      defaultSort="-bytes"
      rowId={(item) => `${item.change} ${item.contentOffset ?? ''} ${item.path}`}
      maxHeight="24rem"
      empty={
        <EmptyState icon={File} title={t('noFiles')}>
          {t('noFilesHint')}
        </EmptyState>
      }
    />
  )
}
