'use client'

import { Table2, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Count } from '#components/ui/amount.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import type { TableItem } from '#lib/api/catalog-schemas.ts'
import { HealthBadge } from './health-badge.tsx'
import { tableHref } from './table-path.ts'

/** Tables with rows, size, files, freshness and health. `path` is the API's list; `foreign`: of another server's catalog. */
export function TableList({
  path,
  name,
  showNamespace,
  emptyAction,
  foreign = false,
}: {
  path: string
  name: string
  showNamespace: boolean
  emptyAction?: ReactNode
  foreign?: boolean
}) {
  const t = useTranslations('catalog.tables')
  const columns: DataColumn<TableItem>[] = [
    {
      id: 'name',
      header: t('table'),
      value: (item) => (showNamespace ? `${item.namespace}.${item.name}` : item.name),
      cell: (item) => (
        <span className="font-mono text-sm">
          {showNamespace && <span className="hidden text-faint sm:inline">{item.namespace}.</span>}
          {item.name}
          {item.problem !== null && (
            <Tooltip content={item.problem}>
              <TriangleAlert className="ml-2 inline size-4 text-warn" aria-label={item.problem} />
            </Tooltip>
          )}
        </span>
      ),
      sortable: true,
      width: 320,
    },
    {
      id: 'health',
      header: t('health'),
      value: (item) => item.health?.score ?? null,
      cell: (item) => <HealthBadge health={item.health} />,
      width: 120,
    },
    {
      id: 'records',
      header: t('rows'),
      value: (item) => item.records,
      cell: (item) => <Count value={item.records} compact />,
      sortable: true,
      align: 'right',
      width: 110,
    },
    {
      id: 'bytes',
      header: t('bytes'),
      value: (item) => item.bytes,
      kind: 'bytes',
      sortable: true,
      width: 100,
      hideOnPhone: true,
    },
    {
      id: 'dataFiles',
      header: t('files'),
      value: (item) => item.dataFiles,
      kind: 'count',
      sortable: true,
      width: 100,
      hideOnPhone: true,
    },
    {
      id: 'averageFileBytes',
      header: t('average'),
      value: (item) => (item.dataFiles === 0 ? null : item.averageFileBytes),
      kind: 'bytes',
      width: 110,
      hideOnPhone: true,
    },
    {
      id: 'lastCommitAt',
      header: t('lastCommit'),
      value: (item) => item.lastCommitAt,
      kind: 'time',
      sortable: true,
      width: 130,
      hideOnPhone: true,
    },
  ]
  return (
    <DataTable<TableItem>
      name={name}
      source={foreign ? { path } : { path, refetchInterval: 5_000 }}
      columns={foreign ? columns.filter(({ id }) => id !== 'health') : columns}
      filterFields={[]}
      filterPlaceholder={t('filter')}
      rowId={({ namespace, name: table }) => `${namespace}\u001F${table}`}
      href={({ catalog, namespace, name: table }) => tableHref({ catalog, namespace, table })}
      empty={
        <EmptyState icon={Table2} title={t('empty')} action={emptyAction}>
          {t(foreign ? 'foreignEmptyHint' : 'emptyHint')}
        </EmptyState>
      }
    />
  )
}
