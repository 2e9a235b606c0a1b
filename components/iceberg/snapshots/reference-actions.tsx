'use client'

import { ChevronsRight, Clock, Ellipsis, FileDiff, Rows3, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { DropdownMenu, type MenuItem } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { ReferenceItem } from '#lib/api/snapshots.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { compareHref } from '../compare/compared-states.ts'
import { previewHref } from '../preview/table-state.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { useCatalogActions } from '../tree/use-catalog-actions.ts'
import { RetentionDialog } from './retention-dialog.tsx'

/** A branch that can be moved forward to another branch or tag. */
interface Move {
  branch: ReferenceItem
  to: ReferenceItem
  /** Snapshots it gets. */
  snapshots: number
}

/** What can be done with a branch or a tag. */
export function ReferenceActions({
  path,
  reference,
  main,
}: {
  path: TablePath
  reference: ReferenceItem
  main: ReferenceItem | undefined
}) {
  const t = useTranslations('snapshots.refs')
  const menu = useTranslations('snapshots.menu')
  const { changeTable: mayChange } = useCatalogActions(path)
  const [question, setQuestion] = useState<'retention' | 'drop' | Move | null>(null)
  const { name, type, ahead, behind } = reference
  const isMain = name === 'main'
  const moves: MenuItem[] = []
  if (main && !isMain && ahead > 0) {
    moves.push({
      label: t('publish', { name }),
      icon: ChevronsRight,
      disabled: behind > 0,
      ...(behind > 0 ? { hint: t('diverged') } : {}),
      onSelect: () => setQuestion({ branch: main, to: reference, snapshots: ahead }),
    })
  } else if (main && !isMain && type === 'branch' && behind > 0) {
    moves.push({
      label: t('follow', { name }),
      icon: ChevronsRight,
      onSelect: () => setQuestion({ branch: reference, to: main, snapshots: behind }),
    })
  }
  const drop: MenuItem[] = isMain
    ? []
    : [{ label: t('drop', { name }), icon: Trash2, tone: 'danger', onSelect: () => setQuestion('drop') }]
  const close = () => setQuestion(null)
  return (
    <>
      <DropdownMenu
        trigger={<IconButton icon={Ellipsis} label={t('menu', { name })} size="sm" tooltip={false} />}
        groups={[
          [
            { label: menu('preview'), icon: Rows3, href: previewHref(path, { ref: name }) },
            ...(isMain
              ? []
              : [
                  {
                    label: menu('compareMain'),
                    icon: FileDiff,
                    href: compareHref(path, { from: { ref: 'main' }, to: { ref: name } }),
                  },
                ]),
          ],
          mayChange
            ? [...moves, { label: t('retention'), icon: Clock, onSelect: () => setQuestion('retention') }]
            : [],
          mayChange ? drop : [],
        ]}
      />
      {question === 'retention' && <RetentionDialog path={path} reference={reference} onClose={close} />}
      {question === 'drop' && <DropDialog path={path} reference={reference} onClose={close} />}
      {question !== null && typeof question === 'object' && (
        <MoveDialog path={path} move={question} onClose={close} />
      )}
    </>
  )
}

function MoveDialog({ path, move, onClose }: { path: TablePath; move: Move; onClose: () => void }) {
  const t = useTranslations('snapshots.refs')
  const format = useFormat()
  const { branch, to, snapshots } = move
  const forward = useApiMutation<void, ReferenceItem>({
    method: 'POST',
    path: `${tableApi(path)}/refs/${encodeURIComponent(branch.name)}/fast-forward`,
    body: () => ({ to: to.name, expectedSnapshotId: branch.snapshotId }),
    refresh: [tableApi(path)],
    onSuccess: ({ name, snapshotId }) => {
      onClose()
      toast.success(t('moved', { name, id: snapshotId }))
    },
  })
  const publishes = branch.name === 'main'
  const words = {
    name: publishes ? to.name : branch.name,
    count: format.number(snapshots),
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t(publishes ? 'publish' : 'follow', words)}
      action={t('move')}
      tone="normal"
      onConfirm={() => forward.mutate()}
      pending={forward.isPending}
      problem={forward.error}
    >
      {t(publishes ? 'publishText' : 'followText', words)}
    </ConfirmDialog>
  )
}

function DropDialog({
  path,
  reference,
  onClose,
}: {
  path: TablePath
  reference: ReferenceItem
  onClose: () => void
}) {
  const t = useTranslations('snapshots.refs')
  const rollback = useTranslations('snapshots.rollback')
  const words = useTranslations('snapshots.reference')
  const format = useFormat()
  const { name, type, snapshotId, ahead } = reference
  const api = `${tableApi(path)}/refs`
  const undo = useApiMutation({
    method: 'POST',
    path: api,
    body: () => {
      const { maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs } = reference
      const retention = { maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs }
      return { name, type, snapshotId, expectedSnapshotId: null, ...retention }
    },
    refresh: [tableApi(path)],
    onSuccess: () => toast.success(words('made', { name })),
    onError: (problem) => toast.error(problem.message),
  })
  const drop = useApiMutation({
    method: 'DELETE',
    path: `${api}/${encodeURIComponent(name)}?expectedSnapshotId=${snapshotId}`,
    refresh: [tableApi(path)],
    onSuccess: () => {
      onClose()
      toast.success(t('dropped', { name }), {
        duration: 20_000,
        action: { label: rollback('undo'), onClick: () => undo.mutate() },
      })
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('dropTitle', { name })}
      losses={ahead > 0 ? [t('dropLoss', { count: format.number(ahead) })] : []}
      action={t('dropAction')}
      onConfirm={() => drop.mutate()}
      pending={drop.isPending}
      problem={drop.error}
    >
      {t('dropText')}
    </ConfirmDialog>
  )
}
