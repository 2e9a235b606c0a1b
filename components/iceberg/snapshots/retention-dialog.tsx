'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { useZodForm } from '#components/ui/form.tsx'
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

/** Sets how long a branch or tag, and the snapshots of a branch, are kept. */
export function RetentionDialog({
  path,
  reference,
  onClose,
}: {
  path: TablePath
  reference: ReferenceItem
  onClose: () => void
}) {
  const t = useTranslations('snapshots.refs')
  const words = useTranslations('snapshots.reference')
  const ui = useTranslations('ui')
  // What was seen when the dialog opened is what the answer is about.
  const [{ name, type, snapshotId }] = useState(reference)
  const schema = useMemo(() => z.object(retentionShape(words)), [words])
  const form = useZodForm<RetentionValues>(schema, retentionValues(reference))
  const save = useApiMutation<RetentionValues>({
    method: 'PATCH',
    path: `${tableApi(path)}/refs/${encodeURIComponent(name)}`,
    body: (values) => ({ ...retentionOf(values, type), expectedSnapshotId: snapshotId }),
    refresh: [tableApi(path)],
    onSuccess: () => {
      onClose()
      toast.success(t('retentionDone', { name }))
    },
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => save.mutate(values)}
      request={save}
      title={t('retentionTitle', { name })}
      submit={ui('save')}
      onClose={onClose}
    >
      <RetentionFields type={type} isMain={name === 'main'} />
    </FormDialog>
  )
}
