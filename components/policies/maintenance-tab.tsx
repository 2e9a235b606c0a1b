'use client'

import { Pencil, RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { ScoreRing } from '#components/iceberg/health-card.tsx'
import { maintenanceApi, type TablePath } from '#components/iceberg/table-path.ts'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Bytes } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type {
  HealthPoint,
  PartitionHealthItem,
  TableHealthAnswer,
  WhyAnswer,
} from '#lib/api/maintenance-health.ts'
import type { PolicyDetail } from '#lib/api/maintenance-policies.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { EffectivePolicy } from './effective-policy.tsx'
import { HealthChart } from './health-chart.tsx'
import { HealthParts } from './health-parts.tsx'
import { PolicyDialog } from './policy-dialog.tsx'
import { type PolicyScopeName, policiesApi } from './policy-scope.ts'
import { WhyPanel } from './why-panel.tsx'

/** What maintenance thinks of a table: its health, why each action does or does not start, and the policy that counts. */
export function MaintenanceTab({ path, refetchInterval }: { path: TablePath; refetchInterval: number }) {
  const t = useTranslations('policies')
  const api = maintenanceApi(path)
  const health = useApi<TableHealthAnswer>(`${api}/health`, { refetchInterval })
  const history = useApi<ApiPage<HealthPoint>>(`${api}/health-history`, { refetchInterval })
  const why = useApi<WhyAnswer>(`${api}/why`, { refetchInterval })
  const policy = useApi<PolicyDetail>(`${policiesApi}/effective`, { query: { ...path } })
  const [edited, setEdited] = useState<PolicyScopeName | null>(null)
  const { changeTable: mayChange } = useCatalogActions(path)
  const evaluate = useApiMutation<void, { queued: boolean }>({
    method: 'POST',
    path: `${api}/evaluate`,
    body: () => undefined,
    refresh: [api],
    onSuccess: () => toast.success(t('why.evaluating')),
    onError: (problem) => toast.error(problem.message),
  })
  const columns = usePartitionColumns()
  const error = health.error ?? why.error ?? policy.error
  if (error && !health.data) return <ErrorState error={error} onRetry={() => void health.refetch()} />
  const points = history.data?.items ?? []
  return (
    <div className="flex flex-col gap-4 pt-4">
      <div className="grid gap-4 xl:grid-cols-2">
        <Card title={t('health.title')} description={t('health.text')}>
          {health.data ? (
            <>
              <div className="flex items-center gap-4">
                <ScoreRing health={health.data.health} />
                <p className="text-soft text-sm">{t('health.sum')}</p>
              </div>
              <HealthParts health={health.data.health} />
            </>
          ) : (
            <Skeleton className="h-72" />
          )}
        </Card>
        <Card
          title={t('why.title')}
          description={
            why.data?.nextLookAt ? (
              <>
                {t('why.nextLook')} <RelativeTime value={why.data.nextLookAt} />
              </>
            ) : (
              t('why.text')
            )
          }
          actions={
            mayChange && (
              <Button
                icon={RefreshCw}
                size="sm"
                loading={evaluate.isPending}
                onClick={() => evaluate.mutate()}
              >
                {t('why.evaluate')}
              </Button>
            )
          }
        >
          {why.data ? <WhyPanel why={why.data} /> : <Skeleton className="h-72" />}
        </Card>
      </div>
      <Card title={t('health.history')}>
        {points.length > 1 ? (
          <HealthChart points={points} />
        ) : (
          <p className="text-soft text-sm">{t('health.noHistory')}</p>
        )}
      </Card>
      <Card title={t('health.worst')} flush>
        <DataTable<PartitionHealthItem>
          name="partition-health"
          urlKey="worst"
          plain
          bare
          rows={health.data?.partitions.filter(({ score }) => score < 100)}
          columns={columns}
          rowId={(item) => `${item.specId}:${item.partition}`}
          empty={
            <p className="p-4 text-soft text-sm">
              {t(health.data?.partitions.length ? 'health.allWell' : 'health.noPartitions')}
            </p>
          }
        />
      </Card>
      <Card
        title={t('effective')}
        description={t('effectiveText')}
        actions={
          mayChange && (
            <Button icon={Pencil} size="sm" onClick={() => setEdited(path)}>
              {t('editTable')}
            </Button>
          )
        }
      >
        {policy.data ? <EffectivePolicy policy={policy.data} path={path} /> : <Skeleton className="h-72" />}
      </Card>
      <PolicyDialog scope={edited} onClose={() => setEdited(null)} />
    </div>
  )
}

function usePartitionColumns(): DataColumn<PartitionHealthItem>[] {
  const t = useTranslations('policies.health')
  const format = useFormat()
  return useMemo(
    () => [
      {
        id: 'partition',
        header: t('partition'),
        value: (item) => item.partition,
        cell: (item) => (
          <code className="text-xs">{item.partition === '' ? t('unpartitioned') : item.partition}</code>
        ),
      },
      { id: 'score', header: t('score'), align: 'right', value: (item) => item.score },
      {
        id: 'files',
        header: t('filesOfNeeded'),
        align: 'right',
        value: (item) => item.files,
        cell: (item) => `${format.number(item.files)} / ${format.number(item.neededFiles)}`,
      },
      {
        id: 'small',
        header: t('small'),
        align: 'right',
        hideOnPhone: true,
        value: (item) => item.smallFiles,
        cell: (item) => format.number(item.smallFiles),
      },
      {
        id: 'deletes',
        header: t('deleteFiles'),
        align: 'right',
        hideOnPhone: true,
        value: (item) => item.deleteFiles,
        cell: (item) => format.number(item.deleteFiles),
      },
      {
        id: 'bytes',
        header: t('size'),
        align: 'right',
        hideOnPhone: true,
        value: (item) => item.bytes,
        cell: (item) => <Bytes value={item.bytes} />,
      },
    ],
    [t, format],
  )
}
