'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import {
  catalogHref,
  namespaceApi,
  namespaceHref,
  namespacesApi,
  namespaceText,
  tableNamesApi,
} from '../table-path.ts'
import type { TableName } from '../tree/namespace-tree.ts'

interface DropNamespaceDialogProps {
  catalog: string
  namespace: string
  onClose: () => void
}

/** As many names as one reads. */
const shownNames = 8

/** Asks before an empty namespace goes; of one that is not empty it says what is in it. */
export function DropNamespaceDialog({ catalog, namespace, onClose }: DropNamespaceDialogProps) {
  const t = useTranslations('catalog-changes.dropNamespace')
  const ui = useTranslations('ui')
  const format = useFormat()
  const router = useRouter()
  const pathname = usePathname()
  const name = namespaceText(namespace)
  const namespaces = useApi<ApiPage<NamespaceItem>>(namespacesApi(catalog), { query: { limit: 500 } })
  const tables = useApi<ApiPage<TableName>>(tableNamesApi(catalog), {
    query: { namespace, limit: shownNames },
  })
  const drop = useApiMutation({
    method: 'DELETE',
    path: namespaceApi(catalog, namespace),
    refresh: ['/api/v1/catalogs'],
    onSuccess: () => {
      toast.success(t('done', { name }))
      onClose()
      if (pathname === namespaceHref(catalog, namespace)) router.push(catalogHref(catalog))
    },
  })
  const levels = namespaces.data?.items.find((item) => item.name === namespace)?.levels ?? []
  const inside = [
    ...(namespaces.data?.items ?? [])
      .filter(
        (item) =>
          item.levels.length > levels.length && levels.every((level, at) => item.levels[at] === level),
      )
      .map((item) => namespaceText(item.name)),
    ...(tables.data?.items ?? []).map((table) => `${name}.${table.name}`),
  ]
  const error = namespaces.error ?? tables.error
  const title = t('title', { name })

  if (error || !namespaces.data || !tables.data) {
    return (
      <Dialog open onOpenChange={onClose} title={title} size="sm">
        {error ? <ErrorState error={error} /> : <SkeletonLines lines={3} />}
      </Dialog>
    )
  }
  if (inside.length > 0) {
    const more = inside.length - shownNames + Math.max(0, (tables.data.total ?? 0) - tables.data.items.length)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={title}
        description={t('notEmpty', { name })}
        size="sm"
        footer={<Button onClick={onClose}>{ui('close')}</Button>}
      >
        <ul className="flex list-disc flex-col gap-0.5 pl-4 text-sm">
          {inside.slice(0, shownNames).map((one) => (
            <li key={one} className="break-all font-mono text-xs">
              {one}
            </li>
          ))}
          {more > 0 && <li className="list-none text-faint">{t('more', { count: format.number(more) })}</li>}
        </ul>
      </Dialog>
    )
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={title}
      action={t('action')}
      onConfirm={() => drop.mutate()}
      pending={drop.isPending}
      problem={drop.error}
    >
      {t('empty', { name })}
    </ConfirmDialog>
  )
}
