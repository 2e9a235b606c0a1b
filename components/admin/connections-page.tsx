'use client'

import { Cable, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { Connection } from '#lib/api/catalog-connections.ts'
import { ConnectionActions } from './connection-actions.tsx'
import { ConnectionDialog } from './connection-dialog.tsx'

/** Connections to other servers' catalogs. */
export function ConnectionsPage() {
  const t = useTranslations('admin.catalogs')
  const [adding, setAdding] = useState(false)
  const columns = useMemo<DataColumn<Connection>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        value: ({ name }) => name,
        cell: ({ name }) => (
          <Link href="/catalogs" title={t('open')} className="font-medium font-mono text-sm hover:underline">
            {name}
          </Link>
        ),
      },
      {
        id: 'uri',
        header: t('uri'),
        value: ({ uri }) => uri,
        cell: ({ uri }) => <span className="break-all font-mono text-xs">{uri}</span>,
        width: 320,
        hideOnPhone: true,
      },
      {
        id: 'warehouse',
        header: t('warehouse'),
        value: ({ warehouse }) => warehouse,
        filterable: false,
        hideOnPhone: true,
        cell: ({ warehouse }) =>
          warehouse === '' ? (
            <span className="text-faint">–</span>
          ) : (
            <code className="text-xs">{warehouse}</code>
          ),
      },
      {
        id: 'credential',
        header: t('credential'),
        value: ({ credential }) => credential.kind,
        filterable: false,
        cell: ({ credential }) => <Badge tone="neutral">{t(`kind.${credential.kind}`)}</Badge>,
      },
      {
        id: 'updatedAt',
        header: t('updated'),
        value: ({ updatedAt }) => updatedAt,
        filterable: false,
        hideOnPhone: true,
        cell: ({ updatedAt }) => <RelativeTime value={updatedAt} />,
      },
    ],
    [t],
  )
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader icon={Cable} title={t('title')} description={t('text')} action={add} />
      <DataTable<Connection>
        name={t('title')}
        source={{ path: '/api/v1/catalog-connections' }}
        columns={columns}
        rowId={({ id }) => id}
        filterFields={[]}
        filterPlaceholder={t('filter')}
        rowActions={(connection) => <ConnectionActions connection={connection} />}
        empty={
          <EmptyState icon={Cable} title={t('empty')} action={add}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      {adding && <ConnectionDialog connection={null} onClose={() => setAdding(false)} />}
    </Page>
  )
}
