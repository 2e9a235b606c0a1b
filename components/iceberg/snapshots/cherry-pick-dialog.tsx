'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { Field } from '#components/ui/field.tsx'
import { Select } from '#components/ui/select.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import type { SnapshotChange } from '#lib/api/snapshots.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { useReferences } from './use-references.ts'

/** Does on a branch what a snapshot did: how staged snapshots are published. */
export function CherryPickDialog({
  path,
  snapshot,
  onClose,
}: {
  path: TablePath
  snapshot: SnapshotItem
  onClose: () => void
}) {
  const t = useTranslations('snapshots.cherryPick')
  const format = useFormat()
  const references = useReferences(path)
  const branches = (references.data?.items ?? []).filter(({ type }) => type === 'branch')
  const [chosen, setChosen] = useState('main')
  const branch = branches.find(({ name }) => name === chosen)
  const pick = useApiMutation<void, SnapshotChange>({
    method: 'POST',
    path: `${tableApi(path)}/snapshots/${snapshot.snapshotId}/cherry-pick`,
    body: () => ({ branch: chosen, expectedSnapshotId: branch?.snapshotId ?? null }),
    refresh: [tableApi(path)],
    onSuccess: ({ snapshotId }) => {
      onClose()
      toast.success(t('done', { branch: chosen, id: snapshotId }), { duration: 10_000 })
    },
    onError: ({ code }) => {
      if (code === 'conflict') void references.refetch()
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('title', { id: snapshot.snapshotId })}
      action={t('action')}
      tone="normal"
      disabled={!references.data}
      onConfirm={() => pick.mutate()}
      pending={pick.isPending || references.isFetching}
      problem={pick.error ?? references.error}
    >
      <div className="flex flex-col gap-3">
        <p>
          {t('text', {
            files: format.number(snapshot.added.dataFiles),
            rows: format.number(snapshot.added.records),
          })}
        </p>
        <Field label={t('branch')}>
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={setChosen}
              options={branches.map(({ name, snapshotId }) => ({
                value: name,
                label: name,
                description: t('at', { id: snapshotId }),
              }))}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  )
}
