'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, useZodForm } from '#components/ui/form.tsx'
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

const formId = 'reference-retention'

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
    <Dialog
      open
      onOpenChange={onClose}
      title={t('retentionTitle', { name })}
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={save.isPending}>
            {ui('save')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        form={form}
        onSubmit={(values) => save.mutate(values)}
        className="flex flex-col gap-4"
      >
        <RetentionFields type={type} isMain={name === 'main'} />
        {save.error && <ProblemNote problem={save.error} />}
      </Form>
    </Dialog>
  )
}
