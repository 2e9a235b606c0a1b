'use client'

import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import type { GrantItem } from '#lib/api/grants.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { grantsApi, isLastOn, thingOf } from './grant-thing.ts'

/** Asks before a grant is taken back; says when that opens the thing to everybody. */
export function RemoveGrantDialog({
  catalog,
  grant,
  all,
  onClose,
}: {
  catalog: string
  grant: GrantItem
  all: readonly GrantItem[]
  onClose: () => void
}) {
  const t = useTranslations('grants')
  const names = { name: grant.subject.name, thing: thingOf(grant) }
  const remove = useApiMutation({
    method: 'DELETE',
    path: `${grantsApi(catalog)}/${grant.id}`,
    refresh: [grantsApi(catalog)],
    onSuccess: () => {
      toast.success(t('removed', names))
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('removeTitle', names)}
      action={t('remove')}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      problem={remove.error}
      tone={isLastOn(grant, all) ? 'danger' : 'normal'}
    >
      {t(isLastOn(grant, all) ? 'opens' : 'staysClosed', names)}
    </ConfirmDialog>
  )
}
