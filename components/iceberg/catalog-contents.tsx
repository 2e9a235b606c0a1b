'use client'

import { useTranslations } from 'next-intl'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import type { CatalogItem, NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { DroppedTables } from './dropped-tables.tsx'
import { NamespaceLinks } from './namespace-links.tsx'
import { TableList } from './table-list.tsx'
import { namespacesApi } from './table-path.ts'

/** A catalog's namespaces, tables, and tables that can be brought back. */
export function CatalogContents({ catalog }: { catalog: CatalogItem }) {
  const t = useTranslations('catalog.catalogs')
  const foreign = catalog.kind === 'rest'
  const namespaces = useApi<ApiPage<NamespaceItem>>(namespacesApi(catalog.name), {
    query: { limit: 500 },
    // Every look at another server's catalog is requests to that server.
    ...(foreign ? {} : { refetchInterval: 10_000 }),
  })
  if (namespaces.error && !namespaces.data) {
    return (
      <Card>
        <ErrorState error={namespaces.error} onRetry={() => void namespaces.refetch()} />
      </Card>
    )
  }
  return (
    <>
      <NamespaceLinks
        catalog={catalog.name}
        namespaces={namespaces.data?.items ?? []}
        label={t('namespacesOf', { catalog: catalog.name })}
      />
      <TableList
        path={`/api/v1/catalogs/${encodeURIComponent(catalog.name)}/tables`}
        name={`${catalog.name}-tables`}
        showNamespace
        foreign={foreign}
      />
      {!foreign && <DroppedTables catalog={catalog.name} />}
    </>
  )
}
