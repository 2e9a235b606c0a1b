'use client'

import { useTranslations } from 'next-intl'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import type { ChangedPartition, Comparison } from '#lib/api/compare.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { PlusMinus } from './comparison-stats.tsx'

const text = ({ partition }: ChangedPartition): string =>
  Object.values(partition)
    .map((value) => value ?? 'NULL')
    .join(' / ') || '–'

/** The partitions with changes, those with the most changed bytes first. */
export function ChangedPartitions({ comparison }: { comparison: Comparison }) {
  const t = useTranslations('snapshots.compare')
  const format = useFormat()
  const { partitions, partitionsChanged } = comparison
  const change = (item: ChangedPartition, key: 'records' | 'dataFiles' | 'bytes', as = format.number) => (
    <PlusMinus
      added={item.added[key] > 0 ? as(item.added[key]) : null}
      removed={item.removed[key] > 0 ? as(item.removed[key]) : null}
    />
  )
  const net = (item: ChangedPartition, key: 'records' | 'dataFiles' | 'bytes') =>
    item.added[key] - item.removed[key]
  const columns: DataColumn<ChangedPartition>[] = [
    {
      id: 'partition',
      header: t('partition'),
      value: text,
      cell: (item) => <span className="font-mono text-xs">{text(item)}</span>,
    },
    {
      id: 'rows',
      header: t('rows'),
      value: (item) => net(item, 'records'),
      cell: (item) => change(item, 'records'),
      align: 'right',
    },
    {
      id: 'files',
      header: t('dataFiles'),
      value: (item) => net(item, 'dataFiles'),
      cell: (item) => change(item, 'dataFiles'),
      align: 'right',
    },
    {
      id: 'bytes',
      header: t('bytes'),
      value: (item) => net(item, 'bytes'),
      cell: (item) => change(item, 'bytes', format.bytes),
      align: 'right',
      hideOnPhone: true,
    },
  ]
  return (
    <Card
      title={t('partitions')}
      {...(partitionsChanged > partitions.length
        ? {
            description: t('partitionsOf', {
              shown: format.number(partitions.length),
              total: format.number(partitionsChanged),
            }),
          }
        : {})}
      flush
    >
      <DataTable<ChangedPartition>
        name={t('partitions')}
        urlKey="changed-partitions"
        plain
        bare
        rows={partitions}
        columns={columns}
        rowId={(item) => `${item.specId} ${JSON.stringify(item.partition)}`}
        maxHeight="24rem"
        empty={<p className="px-4 py-6 text-center text-soft text-sm">{t('nothing')}</p>}
      />
    </Card>
  )
}
