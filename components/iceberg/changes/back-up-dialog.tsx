'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'

const formId = 'back-up-table'

/** Starts a backup of a table as a new table. */
export function BackUpDialog({ path, onClose }: { path: TablePath; onClose: () => void }) {
  const t = useTranslations('catalog-changes.backUp')
  const ui = useTranslations('ui')
  const router = useRouter()
  const [name, setName] = useState('')
  const backUp = useApiMutation<void, { runId: string; name: string; started: boolean }>({
    method: 'POST',
    path: `${tableApi(path)}/backup`,
    body: () => (name.trim() === '' ? {} : { name: name.trim() }),
    refresh: ['/api/v1/runs'],
    onSuccess: ({ runId, started, name: made }) => {
      toast.success(t(started ? 'started' : 'alreadyRunning', { name: made }), {
        duration: 10_000,
        action: { label: t('watch'), onClick: () => router.push(`/runs/${runId}`) },
      })
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title', { name: path.table })}
      description={t('text')}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={backUp.isPending}>
            {t('action')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          backUp.mutate()
        }}
      >
        <Field label={t('name')} optional={ui('optional')} hint={t('nameHint', { name: path.table })}>
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        {backUp.error && <ProblemNote problem={backUp.error} />}
      </form>
    </Dialog>
  )
}
