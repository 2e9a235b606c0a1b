'use client'

import { FolderTree, Plus, ShieldCheck, Table2, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { namespaceHref, namespaceText, tableHref } from '#components/iceberg/table-path.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Select } from '#components/ui/select.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import type { GrantItem } from '#lib/api/grants.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { AddGrantDialog } from './add-grant-dialog.tsx'
import { grantsApi, thingOf } from './grant-thing.ts'
import { RemoveGrantDialog } from './remove-grant-dialog.tsx'

/** Who may read and change which namespaces and tables of Firn's own catalogs. */
export function GrantsPage() {
  const t = useTranslations('grants')
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', { query: { limit: 200 } })
  const own = catalogs.data?.items.filter(({ kind }) => kind === 'built-in').map(({ name }) => name) ?? []
  const [chosen, setChosen] = useQueryState('catalog', parseAsString)
  const catalog = own.find((name) => name === chosen) ?? own[0]
  const [adding, setAdding] = useState(false)
  const add = catalog !== undefined && (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader
        icon={ShieldCheck}
        title={t('title')}
        description={t('text')}
        {...(add ? { action: add } : {})}
      />
      {catalogs.isLoading && <SkeletonLines lines={4} />}
      {catalogs.error && !catalogs.data && (
        <ErrorState error={catalogs.error} onRetry={() => void catalogs.refetch()} />
      )}
      {catalogs.data && catalog === undefined && (
        <EmptyState icon={ShieldCheck} title={t('noCatalog')}>
          {t('noCatalogText')}
        </EmptyState>
      )}
      {catalog !== undefined && (
        <GrantList
          key={catalog}
          catalog={catalog}
          add={add}
          toolbar={
            own.length > 1 ? (
              <Select
                value={catalog}
                onChange={(name) => void setChosen(name)}
                options={own.map((name) => ({ value: name, label: name }))}
                aria-label={t('catalog')}
                className="w-48"
              />
            ) : undefined
          }
        />
      )}
      {adding && catalog !== undefined && (
        <AddGrantDialog catalog={catalog} onClose={() => setAdding(false)} />
      )}
    </Page>
  )
}

function GrantList({
  catalog,
  add,
  toolbar,
}: {
  catalog: string
  add: React.ReactNode
  toolbar: React.ReactNode
}) {
  const t = useTranslations('grants')
  const [removing, setRemoving] = useState<GrantItem | null>(null)
  const grants = useApi<ApiPage<GrantItem>>(grantsApi(catalog), { query: { limit: 1000 } })
  const columns = useMemo<DataColumn<GrantItem>[]>(
    () => [
      {
        id: 'subject',
        header: t('subject'),
        value: ({ subject }) => subject.name,
        cell: ({ subject }) => (
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{subject.name}</span>
            {subject.type === 'token' && <Badge>{t('token')}</Badge>}
          </span>
        ),
      },
      {
        id: 'thing',
        header: t('thing'),
        value: thingOf,
        cell: (grant) => <Thing catalog={catalog} grant={grant} />,
        width: 340,
      },
      {
        id: 'privilege',
        header: t('privilege'),
        value: ({ privilege }) => privilege,
        cell: ({ privilege }) => (
          <Badge tone={privilege === 'write' ? 'accent' : 'neutral'}>{t(`privileges.${privilege}`)}</Badge>
        ),
        width: 110,
      },
      {
        id: 'by',
        header: t('by'),
        value: ({ createdBy }) => createdBy,
        hideOnPhone: true,
      },
      {
        id: 'created',
        header: t('created'),
        value: ({ createdAt }) => createdAt,
        kind: 'time',
        filterable: false,
        hideOnPhone: true,
        width: 140,
      },
    ],
    [t, catalog],
  )
  return (
    <>
      <DataTable<GrantItem>
        name={`${catalog}-grants`}
        rows={grants.data?.items}
        error={grants.data ? null : grants.error}
        onRetry={() => void grants.refetch()}
        columns={columns}
        rowId={({ id }) => id}
        filterPlaceholder={t('filter')}
        {...(toolbar ? { toolbar } : {})}
        rowActions={(grant) => (
          <IconButton
            icon={Trash2}
            size="sm"
            label={t('removeOf', { name: grant.subject.name, thing: thingOf(grant) })}
            onClick={() => setRemoving(grant)}
          />
        )}
        empty={
          <EmptyState icon={ShieldCheck} title={t('empty')} action={add}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      {removing && (
        <RemoveGrantDialog
          catalog={catalog}
          grant={removing}
          all={grants.data?.items ?? []}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

function Thing({ catalog, grant }: { catalog: string; grant: GrantItem }) {
  const { namespace, table } = grant
  const Icon = table === null ? FolderTree : Table2
  const href = table === null ? namespaceHref(catalog, namespace) : tableHref({ catalog, namespace, table })
  return (
    <Link href={href} className="flex min-w-0 items-center gap-1.5 hover:underline">
      <Icon className="size-3.5 shrink-0 text-faint" aria-hidden />
      <span className="min-w-0 truncate font-mono text-xs">
        <span className={table === null ? '' : 'text-faint'}>{namespaceText(namespace)}</span>
        {table !== null && `.${table}`}
      </span>
    </Link>
  )
}
