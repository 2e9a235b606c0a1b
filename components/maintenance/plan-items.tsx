'use client'

import { FileX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { PlanItemView, PlanView } from '#lib/api/maintenance.ts'
import { KindBadge, plansApi } from './plan-names.tsx'

/** The files of a plan, one by one. */
export function PlanItems({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const columns = useMemo(
    (): DataColumn<PlanItemView>[] => [
      {
        id: 'location',
        header: t('column.location'),
        value: (item) => item.location,
        cell: (item) => (
          <span className="truncate font-mono text-xs" title={item.location}>
            {nameBelow(item.location)}
          </span>
        ),
        width: 400,
        filterable: false,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        value: (item) => item.kind,
        cell: (item) => <KindBadge kind={item.kind} />,
        width: 120,
        filterable: false,
      },
      {
        id: 'bytes',
        header: t('column.bytes'),
        value: (item) => item.bytes,
        kind: 'bytes',
        width: 100,
        filterable: false,
      },
    ],
    [t],
  )
  return (
    <DataTable<PlanItemView>
      name="plan-files"
      bare
      source={{ path: `${plansApi}/${plan.id}/items` }}
      columns={columns}
      filterFields={[]}
      filterPlaceholder={t('searchLocation')}
      rowId={(item) => String(item.position)}
      empty={
        <EmptyState icon={FileX} title={t('noItems')}>
          {t('noItemsHint')}
        </EmptyState>
      }
    />
  )
}

/** The last parts of a location: `data/day=1/….parquet`. */
export const nameBelow = (location: string): string => {
  const parts = location.split('/')
  const from = Math.max(parts.lastIndexOf('data'), parts.lastIndexOf('metadata'))
  return from > 0 ? parts.slice(from).join('/') : parts.slice(-2).join('/')
}
