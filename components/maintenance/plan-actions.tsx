'use client'

import { Ban, CircleCheck, Play, Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import type { TablePath } from '#components/iceberg/table-path.ts'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Button } from '#components/ui/button.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { goesToQuarantine, plansApi, quarantineApi } from './plan-names.tsx'
import { RePlanButton } from './re-plan-button.tsx'

const waits = (plan: PlanView, ...states: PlanView['state'][]) => states.includes(plan.state)

/** What can be done with a plan in its state: apply, approve, refuse, plan again, undo. */
export function PlanActions({ plan, path }: { plan: PlanView; path: TablePath }) {
  const { changeTable: mayChange } = useCatalogActions(path)
  if (!mayChange || plan.state === 'planning') return null
  return (
    <>
      {plan.action !== 'purge-dropped-table' && !waits(plan, 'applying') && (
        <RePlanButton plan={plan} path={path} />
      )}
      {waits(plan, 'draft', 'awaiting-approval', 'approved') && <RefuseButton plan={plan} />}
      {waits(plan, 'awaiting-approval') && <ApproveButton plan={plan} />}
      {waits(plan, 'draft', 'approved') && <ApplyButton plan={plan} />}
      {waits(plan, 'applied') && goesToQuarantine(plan.action) && plan.runId && (
        <UndoButton plan={plan} runId={plan.runId} />
      )}
    </>
  )
}

function ApplyButton({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const format = useFormat()
  const router = useRouter()
  const [asking, setAsking] = useState(false)
  const apply = useApiMutation<void, { runId: string }>({
    method: 'POST',
    path: `${plansApi}/${plan.id}/apply`,
    body: () => ({ hash: plan.hash }),
    refresh: [plansApi, '/api/v1/runs'],
    onSuccess: ({ runId }) => {
      setAsking(false)
      toast.success(t('apply.started'), {
        action: { label: t('apply.watch'), onClick: () => router.push(`/runs/${runId}`) },
      })
    },
  })
  const { summary, action, policy } = plan
  const losses = [
    ...(action === 'delete-old-rows' ? [t('apply.rows', { count: format.number(summary.rowsRemoved) })] : []),
    ...(summary.snapshotsRemoved > 0
      ? [t('apply.snapshots', { count: format.number(summary.snapshotsRemoved) })]
      : []),
    ...summary.refsRemoved.map(({ name, type }) => t('apply.ref', { type, name })),
    ...(goesToQuarantine(action) && summary.files > 0
      ? [t('apply.files', { count: format.number(summary.files), bytes: format.bytes(summary.bytes) })]
      : []),
  ]
  return (
    <>
      <Button variant="primary" icon={Play} onClick={() => setAsking(true)}>
        {t('apply.button')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('apply.title', { action: t(`action.${action}`), table: plan.table.name })}
        losses={losses}
        action={t('apply.button')}
        tone="normal"
        pending={apply.isPending}
        problem={apply.error}
        onConfirm={() => apply.mutate()}
      >
        {goesToQuarantine(action)
          ? t('apply.undoable', { hold: format.duration(policy.holdMs) })
          : action === 'delete-old-rows'
            ? t('apply.oldRows')
            : t(action === 'compaction' ? 'apply.compaction' : 'apply.harmless')}
      </ConfirmDialog>
    </>
  )
}

function ApproveButton({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance.approve')
  const approve = useApiMutation({
    method: 'POST',
    path: `${plansApi}/${plan.id}/approve`,
    body: () => ({ hash: plan.hash }),
    refresh: [plansApi],
    onSuccess: () => toast.success(t('done')),
    onError: ({ message }) => toast.error(message),
  })
  return (
    <Button variant="primary" icon={CircleCheck} loading={approve.isPending} onClick={() => approve.mutate()}>
      {t('button')}
    </Button>
  )
}

function RefuseButton({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance.refuse')
  const [asking, setAsking] = useState(false)
  const refuse = useApiMutation({
    method: 'POST',
    path: `${plansApi}/${plan.id}/refuse`,
    body: () => ({ hash: plan.hash }),
    refresh: [plansApi],
    onSuccess: () => {
      setAsking(false)
      toast.success(t('done'))
    },
  })
  return (
    <>
      <Button icon={Ban} variant="danger-quiet" onClick={() => setAsking(true)}>
        {t('button')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('title')}
        action={t('button')}
        tone="normal"
        pending={refuse.isPending}
        problem={refuse.error}
        onConfirm={() => refuse.mutate()}
      >
        {t('text')}
      </ConfirmDialog>
    </>
  )
}

function UndoButton({ plan, runId }: { plan: PlanView; runId: string }) {
  const t = useTranslations('maintenance.undo')
  const [asking, setAsking] = useState(false)
  const undo = useApiMutation<void, { files: number; snapshots: number }>({
    method: 'POST',
    path: `${quarantineApi}/restore`,
    body: () => ({ runId }),
    refresh: [plansApi, quarantineApi, '/api/v1/catalogs'],
    onSuccess: ({ files, snapshots }) => {
      setAsking(false)
      toast.success(t('done', { files, snapshots }))
    },
  })
  return (
    <>
      <Button icon={Undo2} onClick={() => setAsking(true)}>
        {t('button')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('title')}
        action={t('button')}
        tone="normal"
        pending={undo.isPending}
        problem={undo.error}
        onConfirm={() => undo.mutate()}
      >
        {(plan.action === 'expire-snapshots' ||
          plan.action === 'remove-orphan-files' ||
          plan.action === 'purge-dropped-table') &&
          t(`text.${plan.action}`)}
      </ConfirmDialog>
    </>
  )
}
