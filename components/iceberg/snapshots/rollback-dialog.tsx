'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import type { RollbackPlan, SnapshotChange } from '#lib/api/snapshots.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableApi } from '../table-path.ts'

/** Says in numbers what leaves the table when it is set to a snapshot, then does it; a toast undoes it. */
export function RollbackDialog({
  path,
  snapshot,
  onClose,
}: {
  path: TablePath
  snapshot: SnapshotItem
  onClose: () => void
}) {
  const t = useTranslations('snapshots.rollback')
  const format = useFormat()
  const api = `${tableApi(path)}/snapshots`
  const plan = useApi<RollbackPlan>(`${api}/${snapshot.snapshotId}/rollback`, { staleTime: 0 })
  const undo = useApiMutation<SnapshotChange, SnapshotChange>({
    method: 'POST',
    path: ({ previousSnapshotId }) => `${api}/${previousSnapshotId}/set-current`,
    body: ({ snapshotId }) => ({ expectedSnapshotId: snapshotId }),
    refresh: [tableApi(path)],
    onSuccess: ({ snapshotId }) => toast.success(t('undone', { id: snapshotId })),
    onError: (problem) => toast.error(problem.message),
  })
  const change = useApiMutation<RollbackPlan, SnapshotChange>({
    method: 'POST',
    path: ({ kind, snapshotId }) =>
      `${api}/${snapshotId}/${kind === 'set-current' ? 'set-current' : 'rollback'}`,
    body: ({ currentSnapshotId }) => ({ expectedSnapshotId: currentSnapshotId }),
    refresh: [tableApi(path)],
    onSuccess: (changed) => {
      onClose()
      toast.success(t('done', { id: changed.snapshotId }), {
        duration: 20_000,
        ...(changed.previousSnapshotId
          ? { action: { label: t('undo'), onClick: () => undo.mutate(changed) } }
          : {}),
      })
    },
    onError: ({ code }) => {
      if (code === 'conflict') void plan.refetch()
    },
  })
  const { data } = plan
  const isSet = data ? data.kind === 'set-current' : !snapshot.inHistory
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={
        isSet
          ? t('titleSet', { id: snapshot.snapshotId })
          : t('titleRollback', { time: format.time(snapshot.committedAt, { seconds: true }) })
      }
      losses={data ? lossesOf(data, t, format) : []}
      action={t(isSet ? 'doSet' : 'doRollback')}
      disabled={!data || data.kind === 'current'}
      onConfirm={() => {
        if (data) change.mutate(data)
      }}
      pending={change.isPending || plan.isFetching}
      problem={change.error}
    >
      {plan.error ? (
        <ErrorState error={plan.error} onRetry={() => void plan.refetch()} />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : data.kind === 'current' ? (
        t('current')
      ) : (
        <div className="flex flex-col gap-2">
          <p>{t(isSet ? 'set' : 'rollback')}</p>
          {data.added.dataFiles > 0 && <p>{t('added', amounts(data.added, format))}</p>}
          <p>
            {t('rows', {
              before: format.number(data.recordsBefore),
              after: format.number(data.recordsAfter),
            })}
          </p>
          {data.kept > 0 && <p>{t('kept', { count: format.number(data.kept) })}</p>}
          {data.recordsAfter < data.recordsBefore && <p>{t('sources')}</p>}
          {change.error?.code === 'conflict' && <p className="text-warn">{t('moved')}</p>}
        </div>
      )}
    </ConfirmDialog>
  )
}

type Translate = ReturnType<typeof useTranslations<'snapshots.rollback'>>
type Format = ReturnType<typeof useFormat>

const amounts = ({ dataFiles, records, bytes }: RollbackPlan['removed'], format: Format) => ({
  files: format.number(dataFiles),
  rows: format.number(records),
  bytes: format.bytes(bytes),
})

function lossesOf(plan: RollbackPlan, t: Translate, format: Format): ReactNode[] {
  const losses: ReactNode[] = []
  const { snapshots, removed, oldestAt, newestAt } = plan
  if (snapshots > 0 && oldestAt && newestAt) {
    losses.push(
      t('snapshots', {
        count: format.number(snapshots),
        from: format.time(oldestAt, { seconds: true }),
        to: format.time(newestAt, { seconds: true }),
      }),
    )
  }
  if (removed.dataFiles > 0) losses.push(t('files', amounts(removed, format)))
  if (removed.deleteFiles > 0) {
    losses.push(t('deletes', { count: format.number(removed.deleteFiles) }))
  }
  return losses
}
