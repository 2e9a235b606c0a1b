'use client'

import { Grid2x2, PencilRuler } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { PartitionItem, TableDetail } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { OrderDialog } from './evolution/order-dialog.tsx'
import { OrderFields } from './evolution/order-fields.tsx'
import { PartitionDialog } from './evolution/partition-dialog.tsx'
import { PartitionFields } from './evolution/partition-fields.tsx'
import { PartitionHeat } from './partition-heat.tsx'
import { partitionFilter, type TablePath, tableApi, tableHref } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** `2025 / 7 / 31 / 23`: values in the spec's order, names where the header does not tell. */
const partitionText = (partition: Record<string, string | null>): string =>
  Object.entries(partition)
    .map(([name, value]) => `${name}=${value ?? 'null'}`)
    .join('/')

/** The partition spec in a line, a heat grid where hours are partitions, and the list of partitions. */
export function PartitionsTab({
  path,
  detail,
  refetchInterval,
}: {
  path: TablePath
  detail: TableDetail
  refetchInterval: number
}) {
  const t = useTranslations('catalog.partitions')
  const format = useFormat()
  const router = useRouter()
  const mayChange = useCatalogActions(path).changeTable
  const [changing, setChanging] = useState(false)
  const [ordering, setOrdering] = useState(false)
  const earlier = detail.partitionSpecs.filter((spec) => !spec.current)
  const api = `${tableApi(path)}/partitions`
  const grid = useApi<ApiPage<PartitionItem>>(api, {
    query: { limit: 1_000, sort: '-partition' },
    refetchInterval: 2 * refetchInterval,
    keepPrevious: true,
  })
  const fields = detail.partitionSpec.fields.map(({ name }) => name)
  const hrefOf = (item: PartitionItem) => tableHref(path, 'files', partitionFilter(item.partition))

  const columns: DataColumn<PartitionItem>[] = [
    {
      id: 'partition',
      header: t('partition'),
      value: (item) => partitionText(item.partition),
      cell: (item) => (
        <span className="font-mono text-xs">
          {Object.values(item.partition)
            .map((value) => value ?? 'NULL')
            .join(' / ') || t('unpartitioned')}
        </span>
      ),
      sortable: true,
      width: 220,
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
      id: 'files',
      header: t('files'),
      value: (item) => item.files,
      kind: 'count',
      sortable: true,
      width: 80,
    },
    {
      id: 'small',
      header: t('small'),
      value: (item) => item.smallFiles,
      cell: (item) => (
        <span className={item.smallFiles >= (detail.health?.minInputFiles ?? 5) ? 'text-warn' : ''}>
          {format.number(item.smallFiles)}
        </span>
      ),
      sortable: true,
      align: 'right',
      width: 100,
      hideOnPhone: true,
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
      id: 'average',
      header: t('average'),
      value: (item) => item.averageFileBytes,
      kind: 'bytes',
      sortable: true,
      width: 110,
      hideOnPhone: true,
    },
    {
      id: 'updated',
      header: t('updated'),
      value: (item) => item.lastUpdatedAt,
      kind: 'time',
      sortable: true,
      width: 130,
      hideOnPhone: true,
    },
  ]
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-1.5 text-soft text-sm">
        {t('spec')}
        <PartitionFields fields={detail.partitionSpec.fields} />
        {mayChange && (
          <Button size="sm" icon={PencilRuler} className="ml-auto" onClick={() => setChanging(true)}>
            {t('change')}
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-1.5 text-soft text-sm">
        {t('order')}
        <OrderFields fields={detail.sortOrder.fields} />
        {mayChange && (
          <Button size="sm" icon={PencilRuler} className="ml-auto" onClick={() => setOrdering(true)}>
            {t('changeOrder')}
          </Button>
        )}
      </div>
      {earlier.length > 0 && (
        <details className="text-soft text-sm">
          <summary className="cursor-pointer">{t('history', { count: earlier.length })}</summary>
          <ul className="mt-2 flex flex-col gap-1.5">
            {earlier.map((spec) => (
              <li key={spec.specId} className="flex flex-wrap items-center gap-1.5">
                <span className="w-16 text-faint text-xs">{t('specId', { id: spec.specId })}</span>
                <PartitionFields fields={spec.fields} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {changing && <PartitionDialog path={path} detail={detail} onClose={() => setChanging(false)} />}
      {ordering && <OrderDialog path={path} detail={detail} onClose={() => setOrdering(false)} />}
      {grid.data && (
        <PartitionHeat
          partitions={grid.data.items}
          hrefOf={hrefOf}
          onSelect={(item) => router.push(hrefOf(item))}
        />
      )}
      <DataTable<PartitionItem>
        name={`${path.table}-partitions`}
        urlKey="partitions"
        source={{ path: api, refetchInterval }}
        columns={columns}
        filterFields={[...fields, 'rows', 'files', 'small', 'bytes', 'average', 'updated']}
        defaultSort="-partition"
        rowId={(item) => `${item.specId}:${partitionText(item.partition)}`}
        href={hrefOf}
        empty={
          <EmptyState icon={Grid2x2} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        }
      />
    </div>
  )
}
