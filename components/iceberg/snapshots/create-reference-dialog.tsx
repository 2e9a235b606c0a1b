'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
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
import { useReferences } from './use-references.ts'

interface ReferenceValues extends RetentionValues {
  type: 'branch' | 'tag'
  name: string
}

/** Makes a branch or a tag at a snapshot; one of the same name and kind is moved there, once it was shown where it is. */
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
  const name = form.watch('name').trim()
  const references = useReferences(path)
  const found = references.data?.items.find(
    (one) => one.name === name && one.type === type && name !== 'main',
  )
  const create = useApiMutation<ReferenceValues, ReferenceItem>({
    method: 'POST',
    path: `${tableApi(path)}/refs`,
    body: (values) => ({
      type: values.type,
      name: values.name.trim(),
      snapshotId,
      // Where the dialog says that it is.
      expectedSnapshotId: found?.snapshotId ?? null,
      ...(found ? {} : retentionOf(values, values.type)),
    }),
    refresh: [tableApi(path)],
    onSuccess: ({ name }) => {
      onClose()
      toast.success(t(found ? 'moved' : 'made', { name }))
    },
    onError: (problem) => {
      if (problem.code === 'conflict' || problem.code === 'already-exists') void references.refetch()
    },
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('title')}
      description={t('text', { id: snapshotId })}
      submit={t(found ? 'move' : 'make')}
      ready={references.data !== undefined}
      onClose={onClose}
    >
      <FormSelect
        name="type"
        label={t('type')}
        options={(['tag', 'branch'] as const).map((value) => ({ value, label: t(value) }))}
      />
      <FormInput name="name" label={t('name')} hint={t('nameHint')} autoComplete="off" spellCheck={false} />
      {found ? (
        <p className="rounded-md border border-line bg-sunken px-3 py-2 text-sm">
          {t('there', { name, type: found.type, id: found.snapshotId })}
        </p>
      ) : (
        <RetentionFields type={type} />
      )}
    </FormDialog>
  )
}
