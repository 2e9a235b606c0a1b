'use client'

import { Cherry, Ellipsis, GitBranch, History } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { useCan } from '#lib/client/use-me.ts'

export type SnapshotQuestion = 'rollback' | 'cherry-pick' | 'reference'

/** Id under which a snapshot was staged and waits to be published; null for others. */
export const stagedId = (snapshot: SnapshotItem): string | null =>
  snapshot.inHistory ? null : (snapshot.summary['wap.id'] ?? null)

/** What can be done with a snapshot. Nothing where the reader may only look. */
export function SnapshotMenu({
  snapshot,
  onAsk,
  trigger,
}: {
  snapshot: SnapshotItem
  onAsk: (question: SnapshotQuestion) => void
  trigger?: ReactNode
}) {
  const t = useTranslations('snapshots.menu')
  const mayChange = useCan('engineer')
  if (!mayChange) return null
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
      groups={[
        [
          { label: t('reference'), icon: GitBranch, onSelect: () => onAsk('reference') },
          ...(snapshot.inHistory
            ? []
            : [{ label: t('cherryPick'), icon: Cherry, onSelect: () => onAsk('cherry-pick') }]),
        ],
        snapshot.current
          ? []
          : [
              {
                label: t(snapshot.inHistory ? 'rollback' : 'setCurrent'),
                icon: History,
                tone: 'danger' as const,
                onSelect: () => onAsk('rollback'),
              },
            ],
      ]}
    />
  )
}
