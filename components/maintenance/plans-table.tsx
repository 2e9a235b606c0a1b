'use client'

import { ClipboardList } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { PlanState, planHref, planResult, plansApi } from './plan-names.tsx'
import { TableName } from './table-name.tsx'

function useColumns(): DataColumn<PlanView>[] {
  const t = useTranslations('maintenance')
  const format = useFormat()
  return useMemo(
    () => [
      {
        id: 'action',
        header: t('column.action'),
        value: (plan) => plan.action,
        cell: (plan) => t(`action.${plan.action}`),
        width: 170,
        filterable: false,
      },
      {
        id: 'state',
        header: t('column.state'),
        value: (plan) => plan.state,
        cell: (plan) => <PlanState state={plan.state} />,
        width: 140,
        filterable: false,
      },
      {
        id: 'table',
        header: t('column.table'),
        value: (plan) => `${plan.table.namespace}.${plan.table.name}`,
        cell: (plan) => <TableName table={plan.table} />,
        width: 200,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'result',
        header: t('column.what'),
        value: (plan) => planResult(t, plan, format),
        cell: (plan) => <span className="truncate text-soft">{planResult(t, plan, format)}</span>,
        width: 340,
        filterable: false,
      },
      {
        id: 'requestedBy',
        header: t('column.by'),
        value: (plan) => plan.requestedBy,
        width: 130,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'createdAt',
        header: t('column.when'),
        value: (plan) => plan.createdAt,
        kind: 'time',
        width: 120,
        filterable: false,
      },
    ],
    [t, format],
  )
}

/** Plans, newest first. */
export function PlansTable() {
  const t = useTranslations('maintenance')
  const columns = useColumns()
  return (
    <DataTable<PlanView>
      name="plans"
      urlKey="plans"
      source={{ path: plansApi, refetchInterval: 4_000 }}
      columns={columns}
      filterFields={[]}
      filterPlaceholder={t('searchPlans')}
      rowId={(plan) => plan.id}
      href={(plan) => planHref(plan.id)}
      empty={
        <EmptyState icon={ClipboardList} title={t('noPlans')}>
          {t('noPlansHint')}
        </EmptyState>
      }
    />
  )
}
