'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'
import { apiUrl } from '#lib/client/api.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { fullName, namespaceHref, type TablePath, tableApi, tableHref } from '../table-path.ts'

/** Asks for a table's name before it is dropped, and says how much is in it. */
export function DropTableDialog({ path, onClose }: { path: TablePath; onClose: () => void }) {
  const t = useTranslations('catalog-changes.dropTable')
  const format = useFormat()
  const router = useRouter()
  const pathname = usePathname()
  const [purge, setPurge] = useState(false)
  const { data: detail, error } = useApi<TableDetail>(tableApi(path))
  const drop = useApiMutation({
    method: 'DELETE',
    path: apiUrl(tableApi(path), { purge }),
    refresh: ['/api/v1/catalogs'],
    onSuccess: () => {
      toast.success(t('done', { name: path.table }))
      onClose()
      if (pathname === tableHref(path)) router.replace(namespaceHref(path.catalog, path.namespace))
    },
  })
  const foreign = detail?.id === null
  const amounts = detail && {
    rows: format.number(detail.totals.records),
    files: format.number(detail.totals.dataFiles),
    bytes: format.bytes(detail.totals.bytes),
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('title', { name: path.table })}
      typeName={path.table}
      action={t('action')}
      onConfirm={() => drop.mutate()}
      // Without the numbers nobody knows what they confirm; a table that can't be read can still be dropped.
      pending={drop.isPending || (!detail && !error)}
      problem={drop.error}
      {...(foreign && amounts
        ? { losses: [t('rows', amounts), t('files', amounts), t('history', { count: detail.snapshots })] }
        : {})}
    >
      <div className="flex flex-col gap-2">
        <p className="break-all font-mono text-ink text-xs">{fullName(path)}</p>
        {amounts && !foreign && <p>{t('holds', amounts)}</p>}
        {error && <p>{t('unread', { reason: error.message })}</p>}
        {detail && <p>{t(foreign ? 'foreign' : 'undrop')}</p>}
        {detail && (
          <Checkbox checked={purge} onChange={setPurge} label={t(foreign ? 'purgeForeign' : 'purge')} />
        )}
      </div>
    </ConfirmDialog>
  )
}
