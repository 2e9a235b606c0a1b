'use client'

import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { describedBy, useKnownProperties } from './known-properties.ts'

/** Asks before a property goes, and says what counts then. */
export function RemovePropertyDialog({
  path,
  property: { key, value },
  onClose,
}: {
  path: TablePath
  property: { key: string; value: string }
  onClose: () => void
}) {
  const t = useTranslations('table-properties')
  const about = describedBy(useKnownProperties()?.items ?? [], key)
  const remove = useApiMutation({
    method: 'PATCH',
    path: `${tableApi(path)}/properties`,
    body: () => ({ remove: [key], expected: { [key]: value } }),
    refresh: [tableApi(path)],
    onSuccess: () => {
      toast.success(t('removed', { key }))
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('removeTitle', { key })}
      action={t('remove')}
      tone="normal"
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      problem={remove.error}
    >
      {about?.default ? t('thenDefault', { value: about.default }) : t('thenNothing')}
    </ConfirmDialog>
  )
}
