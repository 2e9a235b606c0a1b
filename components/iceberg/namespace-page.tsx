'use client'

import { FolderTree, TableProperties } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { Namespace } from '#lib/api/catalog-changes.ts'
import type { CatalogItem, NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { hasItems, useAsk, useChangeMenus } from './changes/use-changes.tsx'
import { NamespaceLinks } from './namespace-links.tsx'
import { PropertyList } from './properties/property-list.tsx'
import { ReadOnlyBadge } from './read-only-badge.tsx'
import { TableList } from './table-list.tsx'
import { namespaceApi, namespacesApi, namespaceText } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** A namespace with its properties, the namespaces inside and its tables. */
export function NamespacePage({ catalog, namespace }: { catalog: string; namespace: string }) {
  const t = useTranslations('catalog.catalogs')
  const changes = useTranslations('catalog-changes')
  const format = useFormat()
  const ask = useAsk()
  const actions = useCatalogActions({ catalog, namespace })
  const menu = useChangeMenus(catalog).namespace(namespace)
  const namespaces = useApi<ApiPage<NamespaceItem>>(namespacesApi(catalog), {
    query: { limit: 500 },
    refetchInterval: 10_000,
  })
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', { query: { limit: 200 } })
  const foreign = catalogs.data?.items.some(({ name, kind }) => name === catalog && kind === 'rest')
  const found = namespaces.data?.items.find(({ name }) => name === namespace)
  const own = useApi<Namespace>(found ? namespaceApi(catalog, namespace) : null, { refetchInterval: 10_000 })
  const inside = found
    ? (namespaces.data?.items ?? []).filter(
        ({ levels }) =>
          levels.length === found.levels.length + 1 &&
          found.levels.every((level, at) => levels[at] === level),
      )
    : []
  const create = actions.createTable && (
    <Button
      variant="primary"
      icon={TableProperties}
      onClick={() => ask({ kind: 'create-table', catalog, namespace })}
    >
      {changes('menu.createTable')}
    </Button>
  )
  return (
    <Page>
      <PageHeader
        icon={FolderTree}
        title={namespaceText(namespace)}
        copyName={`${catalog}.${namespaceText(namespace)}`}
        facts={
          found ? (
            <>
              <span>{t('tables', { count: format.number(found.tables) })}</span>
              {found.records !== null && (
                <>
                  <span>
                    <Count value={found.records} compact /> {t('rows')}
                  </span>
                  <Bytes value={found.bytes} />
                  <span>
                    {t('committed')} <RelativeTime value={found.lastCommitAt} />
                  </span>
                </>
              )}
            </>
          ) : namespaces.isLoading ? (
            <Skeleton className="h-4 w-64" />
          ) : undefined
        }
        {...(found && actions.readOnly ? { badge: <ReadOnlyBadge /> } : {})}
        {...(found && create ? { action: create } : {})}
        {...(found && hasItems(menu) ? { menu } : {})}
      />
      {namespaces.error && !namespaces.data ? (
        <ErrorState error={namespaces.error} onRetry={() => void namespaces.refetch()} />
      ) : (
        <>
          <NamespaceLinks catalog={catalog} namespaces={inside} label={changes('inside')} />
          <TableList
            path={`${namespaceApi(catalog, namespace)}/tables`}
            name={`${catalog}-${namespaceText(namespace)}-tables`}
            showNamespace={false}
            foreign={foreign ?? false}
            {...(found && create ? { emptyAction: create } : {})}
          />
          {own.data && (
            <PropertyList
              owner={{ kind: 'namespace', api: namespaceApi(catalog, namespace) }}
              properties={own.data.properties}
              mayChange={actions.changeNamespace}
            />
          )}
          {own.error && !own.data && <ErrorState error={own.error} onRetry={() => void own.refetch()} />}
        </>
      )}
    </Page>
  )
}
