'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { fullName, namespacesApi, namespaceText, type TablePath, tableApi, tableHref } from '../table-path.ts'

/** Another name for a table, in another namespace too. */
export function RenameTableDialog({ path, onClose }: { path: TablePath; onClose: () => void }) {
  const t = useTranslations('catalog-changes.renameTable')
  const router = useRouter()
  const pathname = usePathname()
  const { catalog, namespace, table } = path
  const namespaces = useApi<ApiPage<NamespaceItem>>(namespacesApi(catalog), { query: { limit: 500 } })
  const schema = useMemo(
    () => z.object({ namespace: z.string(), name: z.string().trim().min(1, t('nameError')).max(255) }),
    [t],
  )
  type Values = z.infer<typeof schema>
  const form = useZodForm<Values>(schema, { namespace, name: table })
  const values = form.watch()
  const unchanged = values.namespace === namespace && values.name.trim() === table
  const rename = useApiMutation<Values, TablePath & { name: string }>({
    method: 'POST',
    path: `${tableApi(path)}/rename`,
    refresh: ['/api/v1/catalogs'],
    onSuccess: (renamed) => {
      const now = { catalog, namespace: renamed.namespace, table: renamed.name }
      toast.success(t('done', { name: fullName(now) }))
      onClose()
      if (pathname === tableHref(path)) router.replace(tableHref(now))
    },
  })
  const places = namespaces.data?.items.map(({ name }) => name) ?? [namespace]
  return (
    <FormDialog
      form={form}
      onSubmit={(chosen) => rename.mutate(chosen)}
      request={rename}
      title={t('title', { name: table })}
      description={t('text')}
      submit={t('action')}
      ready={!unchanged}
      onClose={onClose}
    >
      <FormSelect
        name="namespace"
        label={t('namespace')}
        options={places.map((name) => ({ value: name, label: namespaceText(name) }))}
      />
      <FormInput
        name="name"
        label={t('name')}
        className="[&_input]:font-mono"
        autoComplete="off"
        spellCheck={false}
      />
    </FormDialog>
  )
}
