'use client'

import { Database, Folder, Pencil, SlidersHorizontal, Table2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { namespaceHref, tableHref } from '#components/iceberg/table-path.ts'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Badge } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { PolicyItem } from '#lib/api/maintenance-policies.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import type { PolicyField, PolicyValue } from './field-specs.ts'
import { PolicyDialog } from './policy-dialog.tsx'
import { type PolicyScopeName, policiesApi } from './policy-scope.ts'
import { usePolicyText } from './use-policy-text.ts'

const depthOf = ({ levels, table }: PolicyItem): number => levels.length + (table === null ? 0 : 1)
const pathOf = ({ catalog, levels, table }: PolicyItem): string =>
  [catalog, ...levels, ...(table === null ? [] : [table])].join('.')

function hrefOf({ catalog, namespace, table }: PolicyItem): string {
  if (namespace === null) return '/catalogs'
  return table === null
    ? namespaceHref(catalog, namespace)
    : tableHref({ catalog, namespace, table }, 'maintenance')
}

/** What each catalog, namespace and table says about its maintenance, as a tree; each can be edited. */
export function PoliciesPage() {
  const t = useTranslations('policies')
  const [edited, setEdited] = useState<PolicyScopeName | null>(null)
  const found = useApi<ApiPage<PolicyItem>>(policiesApi, { query: { limit: 1_000 } })
  const columns = usePolicyColumns()
  return (
    <Page>
      <PageHeader icon={SlidersHorizontal} title={t('title')} description={t('description')} />
      <DataTable<PolicyItem>
        name="maintenance-policies"
        rows={found.data?.items}
        error={found.error}
        onRetry={() => void found.refetch()}
        columns={columns}
        rowId={pathOf}
        rowActions={(item) => <EditButton item={item} onEdit={() => setEdited(item)} />}
        empty={
          <EmptyState icon={SlidersHorizontal} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        }
      />
      <p className="text-faint text-sm">{t('tablesHint')}</p>
      <PolicyDialog scope={edited} onClose={() => setEdited(null)} />
    </Page>
  )
}

function EditButton({ item, onEdit }: { item: PolicyItem; onEdit: () => void }) {
  const t = useTranslations('policies')
  const mayEditCatalog = useCan('admin')
  const { catalog, namespace, table } = item
  const { changeTable } = useCatalogActions({
    catalog,
    namespace: namespace ?? undefined,
    table: table ?? undefined,
  })
  if (!(namespace === null ? mayEditCatalog : changeTable)) return null
  return (
    <IconButton icon={Pencil} size="sm" label={t('editScope', { name: pathOf(item) })} onClick={onEdit} />
  )
}

function usePolicyColumns(): DataColumn<PolicyItem>[] {
  const t = useTranslations('policies')
  const text = usePolicyText()
  const format = useFormat()
  return useMemo(() => {
    const said = ({ overrides }: PolicyItem) => Object.entries(overrides) as [PolicyField, PolicyValue][]
    return [
      {
        id: 'scope',
        header: t('scope'),
        sortable: false,
        value: pathOf,
        cell: (item) => {
          const Icon = item.table !== null ? Table2 : item.namespace !== null ? Folder : Database
          return (
            <span
              className="flex min-w-0 items-center gap-2"
              style={{ paddingInlineStart: `${depthOf(item) * 16}px` }}
            >
              <Icon className="size-4 shrink-0 text-faint" aria-hidden />
              <Link className="truncate font-mono text-xs hover:text-accent" href={hrefOf(item)}>
                {item.table ?? item.levels.at(-1) ?? item.catalog}
              </Link>
            </span>
          )
        },
      },
      {
        id: 'preset',
        header: t('edit.preset'),
        sortable: false,
        hideOnPhone: true,
        value: (item) => item.preset,
        cell: (item) => (item.preset ? <Badge tone="accent">{t(`preset.${item.preset}`)}</Badge> : '–'),
      },
      {
        id: 'overrides',
        header: t('overrides'),
        sortable: false,
        value: (item) =>
          said(item)
            .map(([field, value]) => `${field}=${text.value(field, value)}`)
            .join(' '),
        cell: (item) =>
          said(item).length === 0 && !item.preset ? (
            <span className="text-faint">{t('inheritsAll')}</span>
          ) : (
            <span className="flex flex-wrap gap-1 whitespace-normal py-1">
              {item.preset && (
                <Badge tone="accent" className="sm:hidden">
                  {t(`preset.${item.preset}`)}
                </Badge>
              )}
              {said(item).map(([field, value]) => (
                <Badge key={field}>
                  {text.label(field)}: {text.value(field, value)}
                </Badge>
              ))}
            </span>
          ),
      },
      {
        id: 'tables',
        header: t('tables'),
        sortable: false,
        align: 'right',
        hideOnPhone: true,
        value: (item) => item.tables,
        cell: (item) => format.number(item.tables),
      },
      {
        id: 'updated',
        header: t('updated'),
        sortable: false,
        hideOnPhone: true,
        value: (item) => item.updatedAt,
        cell: (item) =>
          item.updatedAt ? (
            <span>
              {item.updatedBy} · <RelativeTime value={item.updatedAt} />
            </span>
          ) : (
            '–'
          ),
      },
    ]
  }, [t, text, format])
}
