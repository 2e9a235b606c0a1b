'use client'

import { Cherry, Ellipsis, FileDiff, GitBranch, History, Rows3 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { DropdownMenu, type MenuItem } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { compareHref } from '../compare/compared-states.ts'
import { previewHref } from '../preview/table-state.ts'
import type { TablePath } from '../table-path.ts'
import { useCatalogActions } from '../tree/use-catalog-actions.ts'

export type SnapshotQuestion = 'rollback' | 'cherry-pick' | 'reference'

/** Id under which a snapshot was staged and waits to be published; null for others. */
export const stagedId = (snapshot: SnapshotItem): string | null =>
  snapshot.inHistory ? null : (snapshot.summary['wap.id'] ?? null)

/** What can be done with a snapshot; who may only look gets what looks. */
export function SnapshotMenu({
  path,
  snapshot,
  onAsk,
  trigger,
}: {
  path: TablePath
  snapshot: SnapshotItem
  onAsk: (question: SnapshotQuestion) => void
  trigger?: ReactNode
}) {
  const t = useTranslations('snapshots.menu')
  const { changeTable: mayChange } = useCatalogActions(path)
  const here = { snapshot: snapshot.snapshotId }
  const look: MenuItem[] = [
    { label: t('preview'), icon: Rows3, href: previewHref(path, here) },
    ...(snapshot.parentSnapshotId
      ? [
          {
            label: t('compareParent'),
            icon: FileDiff,
            href: compareHref(path, { from: { snapshot: snapshot.parentSnapshotId }, to: here }),
          },
        ]
      : []),
    ...(snapshot.current
      ? []
      : [
          {
            label: t('compareCurrent'),
            icon: FileDiff,
            href: compareHref(path, { from: here, to: { ref: 'main' } }),
          },
        ]),
  ]
  const make: MenuItem[] = [
    { label: t('reference'), icon: GitBranch, onSelect: () => onAsk('reference') },
    ...(snapshot.inHistory
      ? []
      : [{ label: t('cherryPick'), icon: Cherry, onSelect: () => onAsk('cherry-pick') }]),
  ]
  const replace: MenuItem[] = [
    {
      label: t(snapshot.inHistory ? 'rollback' : 'setCurrent'),
      icon: History,
      tone: 'danger',
      onSelect: () => onAsk('rollback'),
    },
  ]
  return (
    <DropdownMenu
      trigger={
        trigger ?? (
          <IconButton
            icon={Ellipsis}
            label={t('label', { id: snapshot.snapshotId })}
            size="sm"
            tooltip={false}
          />
        )
      }
      groups={[look, mayChange ? make : [], mayChange && !snapshot.current ? replace : []]}
    />
  )
}
