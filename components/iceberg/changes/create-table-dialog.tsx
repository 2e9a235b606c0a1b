'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showProblem, useZodForm } from '#components/ui/form.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { namespaceApi, namespaceText, tableHref } from '../table-path.ts'
import { ColumnRows } from './column-rows.tsx'
import { emptyTable, newTableOf, type TableForm, tableFormSchema } from './create-table-form.ts'
import { PartitionRows } from './partition-rows.tsx'

const formId = 'create-table'

interface CreateTableDialogProps {
  catalog: string
  namespace: string
  onClose: () => void
}

/** Name, columns, partitions and format version of a new, empty table. */
export function CreateTableDialog({ catalog, namespace, onClose }: CreateTableDialogProps) {
  const t = useTranslations('catalog-changes.createTable')
  const ui = useTranslations('ui')
  const router = useRouter()
  const schema = useMemo(
    () =>
      tableFormSchema({
        nameError: t('nameError'),
        columnError: t('columnError'),
        partitionError: t('partitionError'),
        typeError: t('typeError'),
        widthError: t('widthError'),
      }),
    [t],
  )
  const form = useZodForm<TableForm>(schema, emptyTable)
  const create = useApiMutation<TableForm, { name: string }>({
    method: 'POST',
    path: `${namespaceApi(catalog, namespace)}/tables`,
    body: newTableOf,
    refresh: ['/api/v1/catalogs'],
    onSuccess: ({ name }) => {
      toast.success(t('done', { name }))
      onClose()
      router.push(tableHref({ catalog, namespace, table: name }))
    },
    onError: (problem) => void showProblem(form, problem),
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title', { namespace: namespaceText(namespace) })}
      description={t('text')}
      size="xl"
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={create.isPending}>
            {t('action')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        form={form}
        onSubmit={(values) => create.mutate(values)}
        className="flex flex-col gap-5"
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <FormInput
            name="name"
            label={t('name')}
            className="[&_input]:font-mono"
            autoComplete="off"
            spellCheck={false}
          />
          <FormSelect
            name="formatVersion"
            label={t('formatVersion')}
            options={(['2', '3'] as const).map((value) => ({
              value,
              label: t(`version.${value}`),
              description: t(`versionText.${value}`),
            }))}
          />
        </div>
        <ColumnRows />
        <PartitionRows />
        {create.error && <ProblemNote problem={create.error} />}
      </Form>
    </Dialog>
  )
}
