'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showProblem, useZodForm } from '#components/ui/form.tsx'
import type { ReferenceItem } from '#lib/api/snapshots.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import {
  RetentionFields,
  type RetentionValues,
  retentionOf,
  retentionShape,
  retentionValues,
} from './retention-fields.tsx'

const formId = 'create-reference'

interface ReferenceValues extends RetentionValues {
  type: 'branch' | 'tag'
  name: string
}

/** Makes a branch or a tag at a snapshot. */
export function CreateReferenceDialog({
  path,
  snapshotId,
  onClose,
}: {
  path: TablePath
  snapshotId: string
  onClose: () => void
}) {
  const t = useTranslations('snapshots.reference')
  const ui = useTranslations('ui')
  const schema = useMemo(
    () =>
      z.object({
        type: z.enum(['branch', 'tag']),
        name: z.string().trim().min(1, t('nameNeeded')).max(256),
        ...retentionShape(t),
      }),
    [t],
  )
  const form = useZodForm<ReferenceValues>(schema, { type: 'tag', name: '', ...retentionValues(null) })
  const type = form.watch('type')
  const create = useApiMutation<ReferenceValues, ReferenceItem>({
    method: 'POST',
    path: `${tableApi(path)}/refs`,
    body: (values) => ({
      type: values.type,
      name: values.name.trim(),
      snapshotId,
      ...retentionOf(values, values.type),
    }),
    refresh: [tableApi(path)],
    onSuccess: ({ name }) => {
      onClose()
      toast.success(t('made', { name }))
    },
    onError: (problem) => void showProblem(form, problem),
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title')}
      description={t('text', { id: snapshotId })}
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={create.isPending}>
            {t('make')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        form={form}
        onSubmit={(values) => create.mutate(values)}
        className="flex flex-col gap-4"
      >
        <FormSelect
          name="type"
          label={t('type')}
          options={(['tag', 'branch'] as const).map((value) => ({ value, label: t(value) }))}
        />
        <FormInput name="name" label={t('name')} hint={t('nameHint')} autoComplete="off" spellCheck={false} />
        <RetentionFields type={type} />
        {create.error && create.error.fields.length === 0 && <ProblemNote problem={create.error} />}
      </Form>
    </Dialog>
  )
}
