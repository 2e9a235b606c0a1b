'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { z } from 'zod'
import { FormInput, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'

const ValuesSchema = z.object({ name: z.string().trim() })
type Values = z.infer<typeof ValuesSchema>

/** Starts a backup of a table as a new table. */
export function BackUpDialog({ path, onClose }: { path: TablePath; onClose: () => void }) {
  const t = useTranslations('catalog-changes.backUp')
  const ui = useTranslations('ui')
  const router = useRouter()
  const form = useZodForm<Values>(ValuesSchema, { name: '' })
  const backUp = useApiMutation<Values, { runId: string; name: string; started: boolean }>({
    method: 'POST',
    path: `${tableApi(path)}/backup`,
    body: ({ name }) => (name === '' ? {} : { name }),
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
    <FormDialog
      form={form}
      onSubmit={(values) => backUp.mutate(values)}
      request={backUp}
      title={t('title', { name: path.table })}
      description={t('text')}
      submit={t('action')}
      onClose={onClose}
      size="sm"
    >
      <FormInput
        name="name"
        label={t('name')}
        optional={ui('optional')}
        hint={t('nameHint', { name: path.table })}
        className="[&_input]:font-mono"
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  )
}
