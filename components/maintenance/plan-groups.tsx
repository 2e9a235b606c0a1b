'use client'

import { Combine } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { Bytes, Count } from '#components/ui/amount.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { PlanGroupView, PlanView } from '#lib/api/maintenance.ts'
import { plansApi } from './plan-names.tsx'

/** The groups of files that a planned compaction merges, those that save most first. */
export function PlanGroups({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const columns = useMemo((): DataColumn<PlanGroupView>[] => {
    const count = (
      id: 'files' | 'rows' | 'deletesApplied',
      header: string,
      options: Partial<DataColumn<PlanGroupView>> = {},
    ): DataColumn<PlanGroupView> => ({
      id,
      header,
      value: (group) => group[id],
      cell: (group) => <Count value={group[id]} />,
      align: 'right',
      width: 90,
      filterable: false,
      ...options,
    })
    return [
      {
        id: 'name',
        header: t('column.partition'),
        value: (group) => group.name,
        cell: (group) => (
          <span className="truncate font-mono text-xs" title={group.name}>
            {group.name}
          </span>
        ),
        width: 300,
        filterable: false,
      },
      count('files', t('column.files')),
      {
        id: 'bytes',
        header: t('column.bytes'),
        value: (group) => group.bytes,
        cell: (group) => <Bytes value={group.bytes} />,
        align: 'right',
        width: 100,
        filterable: false,
      },
      count('rows', t('column.rows'), { hideOnPhone: true, width: 110 }),
      count('deletesApplied', t('column.deletes'), { hideOnPhone: true, width: 110 }),
    ]
  }, [t])
  return (
    <DataTable<PlanGroupView>
      name="plan-groups"
      urlKey="groups"
      bare
      source={{ path: `${plansApi}/${plan.id}/groups` }}
      columns={columns}
      filterFields={[]}
      filterPlaceholder={t('searchPartition')}
      rowId={(group) => String(group.position)}
      empty={
        <EmptyState icon={Combine} title={t('noGroups')}>
          {t('noGroupsHint')}
        </EmptyState>
      }
    />
  )
}
