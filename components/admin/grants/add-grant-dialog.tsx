'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { namespacesApi, tableNamesApi } from '#components/iceberg/table-path.ts'
import { FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import type { GrantItem } from '#lib/api/grants.ts'
import type { Token } from '#lib/api/tokens.ts'
import type { User } from '#lib/api/users.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { grantsApi, thingOf } from './grant-thing.ts'

/** Stands for the whole namespace: a choice is never the empty text. */
const whole = '\u0000'
const subjectTypes = ['user', 'token'] as const
const privileges = ['read', 'write'] as const

/** Grants a person or a token a namespace or a table. */
export function AddGrantDialog({ catalog, onClose }: { catalog: string; onClose: () => void }) {
  const t = useTranslations('grants')
  const schema = useMemo(
    () =>
      z.object({
        type: z.enum(subjectTypes),
        subject: z.string().min(1, t('subjectError')),
        namespace: z.string().min(1, t('namespaceError')),
        table: z.string(),
        privilege: z.enum(privileges),
      }),
    [t],
  )
  type Values = z.infer<typeof schema>
  const form = useZodForm<Values>(schema, {
    type: 'user',
    subject: '',
    namespace: '',
    table: whole,
    privilege: 'read',
  })
  const { type, namespace, subject } = form.watch()
  const query = { limit: 1000 }
  const users = useApi<ApiPage<User>>('/api/v1/users', { query })
  const tokens = useApi<ApiPage<Token>>('/api/v1/tokens', { query })
  const namespaces = useApi<ApiPage<NamespaceItem>>(namespacesApi(catalog), { query })
  const tables = useApi<ApiPage<{ name: string }>>(namespace === '' ? null : tableNamesApi(catalog), {
    query: { ...query, namespace },
  })
  const subjects =
    type === 'user'
      ? (users.data?.items ?? []).map(({ id, name, email, role }) => ({
          value: id,
          label: name,
          description: `${email} · ${t(`roles.${role}`)}`,
          role,
        }))
      : (tokens.data?.items ?? []).map(({ id, name, role, createdBy }) => ({
          value: id,
          label: name,
          description: `${createdBy.name} · ${t(`roles.${role}`)}`,
          role,
        }))
  const role = subjects.find(({ value }) => value === subject)?.role
  const create = useApiMutation<Values, GrantItem>({
    method: 'POST',
    path: grantsApi(catalog),
    body: (values) => ({
      subject: { type: values.type, id: values.subject },
      namespace: values.namespace,
      privilege: values.privilege,
      ...(values.table === whole ? {} : { table: values.table }),
    }),
    refresh: [grantsApi(catalog)],
    onSuccess: (grant) => {
      toast.success(t('added', { name: grant.subject.name, thing: thingOf(grant) }))
      onClose()
    },
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('add')}
      description={t('addText')}
      submit={t('action')}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-[9rem_1fr]">
        <FormSelect
          name="type"
          label={t('type')}
          options={subjectTypes.map((value) => ({ value, label: t(`types.${value}`) }))}
        />
        <FormSelect
          key={type}
          name="subject"
          label={t('subject')}
          options={subjects}
          placeholder={t('choose')}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <FormSelect
          name="namespace"
          label={t('namespace')}
          options={(namespaces.data?.items ?? []).map(({ name, levels }) => ({
            value: name,
            label: levels.join('.'),
          }))}
          placeholder={t('choose')}
        />
        <FormSelect
          key={namespace}
          name="table"
          label={t('table')}
          options={[
            { value: whole, label: t('whole') },
            ...(tables.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
          ]}
        />
      </div>
      <FormSelect
        name="privilege"
        label={t('privilege')}
        options={privileges.map((value) => ({
          value,
          label: t(`privileges.${value}`),
          description: t(`privilegeText.${value}`),
        }))}
      />
      {role === 'admin' && <p className="text-soft text-sm">{t('adminNote')}</p>}
      {role === 'viewer' && form.watch('privilege') === 'write' && (
        <p className="text-sm text-warn">{t('viewerNote')}</p>
      )}
    </FormDialog>
  )
}
