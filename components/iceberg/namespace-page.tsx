'use client'

import { FolderTree } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { CatalogItem, NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { TableList } from './table-list.tsx'

/** A namespace with its tables. */
export function NamespacePage({ catalog, namespace }: { catalog: string; namespace: string }) {
  const t = useTranslations('catalog.catalogs')
  const format = useFormat()
  const api = `/api/v1/catalogs/${encodeURIComponent(catalog)}/namespaces`
  const namespaces = useApi<ApiPage<NamespaceItem>>(api, { query: { limit: 500 }, refetchInterval: 10_000 })
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', { query: { limit: 200 } })
  const foreign = catalogs.data?.items.some(({ name, kind }) => name === catalog && kind === 'rest')
  const found = namespaces.data?.items.find(({ name }) => name === namespace)
  return (
    <Page>
      <PageHeader
        icon={FolderTree}
        title={namespace}
        copyName={`${catalog}.${namespace}`}
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
      />
      {namespaces.error && !namespaces.data ? (
        <ErrorState error={namespaces.error} onRetry={() => void namespaces.refetch()} />
      ) : (
        <TableList
          path={`${api}/${encodeURIComponent(namespace)}/tables`}
          name={`${catalog}-${namespace}-tables`}
          showNamespace={false}
          foreign={foreign ?? false}
        />
      )}
    </Page>
  )
}
