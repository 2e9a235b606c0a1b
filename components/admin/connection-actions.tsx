'use client'

import { Ellipsis, Pencil, PlugZap, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { Connection } from '#lib/api/catalog-connections.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { ConnectionDialog } from './connection-dialog.tsx'
import { connectionLists } from './connection-form.ts'
import { useConnectionTest } from './connection-test.tsx'

/** What an admin can do with a stored connection. */
export function ConnectionActions({ connection }: { connection: Connection }) {
  const t = useTranslations('admin.catalogs')
  const [question, setQuestion] = useState<'change' | 'remove' | null>(null)
  const { id, name, uri, warehouse, credential } = connection
  const test = useConnectionTest()
  const remove = useApiMutation({
    method: 'DELETE',
    path: `/api/v1/catalog-connections/${id}`,
    refresh: connectionLists,
    onSuccess: () => {
      setQuestion(null)
      toast.success(t('remove.done', { name }))
    },
  })
  const runTest = () =>
    test.mutate(
      { id, uri, warehouse, credential },
      {
        onSuccess: ({ namespaces, milliseconds }) =>
          toast.success(`${name}: ${t('works', { namespaces, milliseconds })}`),
        onError: (problem) => toast.error(problem.message, { duration: 15_000 }),
      },
    )
  return (
    <>
      <DropdownMenu
        trigger={<IconButton icon={Ellipsis} label={t('menu', { name })} size="sm" tooltip={false} />}
        groups={[
          [
            { label: t('test'), icon: PlugZap, onSelect: runTest, disabled: test.isPending },
            { label: t('change'), icon: Pencil, onSelect: () => setQuestion('change') },
          ],
          [
            {
              label: t('remove.action'),
              icon: Trash2,
              tone: 'danger',
              onSelect: () => {
                remove.reset()
                setQuestion('remove')
              },
            },
          ],
        ]}
      />
      {question === 'change' && (
        <ConnectionDialog connection={connection} onClose={() => setQuestion(null)} />
      )}
      <ConfirmDialog
        open={question === 'remove'}
        onOpenChange={() => setQuestion(null)}
        title={t('remove.title', { name })}
        losses={[t('remove.loss')]}
        action={t('remove.action')}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        problem={remove.error}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </>
  )
}
