'use client'

import {
  ArrowDownWideNarrow,
  CalendarX2,
  ChevronDown,
  Combine,
  FileSearch,
  History,
  Rows3,
  Tag,
  Wrench,
} from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { TablePath } from '#components/iceberg/table-path.ts'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Button } from '#components/ui/button.tsx'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { type PlanWish, usePlanAction } from './use-plan-action.ts'

const icons: Record<PlanWish['action'], typeof History> = {
  compaction: Combine,
  'tag-snapshots': Tag,
  'expire-snapshots': History,
  'remove-orphan-files': FileSearch,
  'rewrite-manifests': Rows3,
  'delete-old-rows': CalendarX2,
}

/** Maintenance of a table by hand: each entry makes a plan and opens it; nothing happens before somebody applies it. */
export function TableUpkeepMenu({ path, disabled = false }: { path: TablePath; disabled?: boolean }) {
  const t = useTranslations('maintenance')
  const { changeTable: mayChange } = useCatalogActions(path)
  const request = usePlanAction()
  if (!mayChange) return null
  const actions = Object.keys(icons) as PlanWish['action'][]
  return (
    <DropdownMenu
      trigger={
        <Button icon={Wrench} disabled={disabled} loading={request.isPending}>
          {t('menu')}
          <ChevronDown className="size-3.5" aria-hidden />
        </Button>
      }
      groups={[
        actions.map((action) => ({
          label: t(`menuAction.${action}`),
          icon: icons[action],
          onSelect: () => request.mutate({ path, action }),
        })),
        [
          {
            label: t('menuAction.allFiles'),
            icon: ArrowDownWideNarrow,
            onSelect: () => request.mutate({ path, action: 'compaction', options: { allFiles: true } }),
          },
        ],
      ]}
    />
  )
}
