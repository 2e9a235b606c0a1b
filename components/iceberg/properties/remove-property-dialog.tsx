'use client'

import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { describedBy, type PropertyOwner, useKnownProperties } from './known-properties.ts'

/** Asks before a property goes, and says what counts then. */
export function RemovePropertyDialog({
  owner,
  property: { key, value },
  onClose,
}: {
  owner: PropertyOwner
  property: { key: string; value: string }
  onClose: () => void
}) {
  const t = useTranslations('table-properties')
  const about = describedBy(useKnownProperties(owner)?.items ?? [], key)
  const remove = useApiMutation({
    method: 'PATCH',
    path: `${owner.api}/properties`,
    body: () => ({ remove: [key], expected: { [key]: value } }),
    refresh: [owner.api],
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
      {about?.default
        ? t('thenDefault', { value: about.default })
        : t(owner.kind === 'table' ? 'thenNothing' : 'namespace.thenNothing', { value })}
    </ConfirmDialog>
  )
}
