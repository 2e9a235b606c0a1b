'use client'

import { Plus, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useFieldArray } from 'react-hook-form'
import { toast } from 'sonner'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'
import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { namespaceHref, namespacesApi } from '../table-path.ts'

/** Stands for "below nothing": a choice is never the empty text. */
const top = '\u0000'

interface CreateNamespaceDialogProps {
  catalog: string
  /** the URL segment of the namespace above, chosen to begin with */
  parent: string | null
  onClose: () => void
}

/** Name, place and properties of a new namespace. */
export function CreateNamespaceDialog({ catalog, parent, onClose }: CreateNamespaceDialogProps) {
  const t = useTranslations('catalog-changes.createNamespace')
  const ui = useTranslations('ui')
  const router = useRouter()
  const path = namespacesApi(catalog)
  const namespaces = useApi<ApiPage<NamespaceItem>>(path, { query: { limit: 500 } }).data?.items ?? []
  const schema = useMemo(
    () =>
      z.object({
        parent: z.string(),
        name: z
          .string()
          .trim()
          .min(1, t('nameError'))
          .refine((name) => name.split('.').every((level) => level !== ''), t('nameError')),
        properties: z.array(z.object({ key: z.string().trim(), value: z.string() })),
      }),
    [t],
  )
  type Values = z.infer<typeof schema>
  const form = useZodForm<Values>(schema, { parent: parent ?? top, name: '', properties: [] })
  const properties = useFieldArray({ control: form.control, name: 'properties' })
  const create = useApiMutation<Values, { name: string }>({
    method: 'POST',
    path,
    body: (values) => ({
      levels: [
        ...(namespaces.find(({ name }) => name === values.parent)?.levels ?? []),
        ...values.name.split('.'),
      ],
      properties: Object.fromEntries(
        values.properties.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]),
      ),
    }),
    refresh: ['/api/v1/catalogs'],
    onSuccess: ({ name }) => {
      toast.success(t('done', { name }))
      onClose()
      router.push(namespaceHref(catalog, name))
    },
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('title', { catalog })}
      description={t('text')}
      submit={t('action')}
      onClose={onClose}
    >
      <FormSelect
        name="parent"
        label={t('parent')}
        options={[
          { value: top, label: t('top') },
          ...namespaces.map(({ name, levels }) => ({ value: name, label: levels.join('.') })),
        ]}
      />
      <FormInput
        name="name"
        label={t('name')}
        hint={t('nameHint')}
        className="[&_input]:font-mono"
        autoComplete="off"
        spellCheck={false}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">
          {t('properties')} <span className="font-normal text-faint text-xs">{ui('optional')}</span>
        </legend>
        {properties.fields.map(({ id }, index) => (
          <div key={id} className="flex items-center gap-2">
            <Input
              {...form.register(`properties.${index}.key`)}
              aria-label={t('key')}
              placeholder="owner"
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
            <Input
              {...form.register(`properties.${index}.value`)}
              aria-label={t('value')}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
            <IconButton
              icon={X}
              label={t('removeProperty')}
              size="sm"
              onClick={() => properties.remove(index)}
            />
          </div>
        ))}
        <Button
          size="sm"
          icon={Plus}
          className="self-start"
          onClick={() => properties.append({ key: '', value: '' })}
        >
          {t('addProperty')}
        </Button>
      </fieldset>
    </FormDialog>
  )
}
