'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { namespaceApi, namespaceText, tableHref } from '../table-path.ts'
import { ColumnRows } from './column-rows.tsx'
import { emptyTable, newTableOf, type TableForm, tableFormSchema } from './create-table-form.ts'
import { PartitionRows } from './partition-rows.tsx'

interface CreateTableDialogProps {
  catalog: string
  namespace: string
  onClose: () => void
}

/** Name, columns, partitions and format version of a new, empty table. */
export function CreateTableDialog({ catalog, namespace, onClose }: CreateTableDialogProps) {
  const t = useTranslations('catalog-changes.createTable')
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
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('title', { namespace: namespaceText(namespace) })}
      description={t('text')}
      size="xl"
      submit={t('action')}
      onClose={onClose}
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
    </FormDialog>
  )
}
