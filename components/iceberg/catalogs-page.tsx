'use client'

import { Database, FolderTree } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Facts, Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { CatalogItem, NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { ConnectDialog } from './connect-dialog.tsx'
import { DroppedTables } from './dropped-tables.tsx'
import { TableList } from './table-list.tsx'
import { namespaceHref } from './table-path.ts'

/** All catalogs with their namespaces and tables. */
export function CatalogsPage() {
  const t = useTranslations('catalog.catalogs')
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', {
    query: { limit: 200 },
    refetchInterval: 5_000,
  })
  return (
    <Page>
      <PageHeader icon={Database} title={t('title')} description={t('description')} />
      {catalogs.error && !catalogs.data && (
        <ErrorState error={catalogs.error} onRetry={() => void catalogs.refetch()} />
      )}
      {catalogs.isLoading && <SkeletonLines lines={6} />}
      {catalogs.data?.items.length === 0 && (
        <Card>
          <EmptyState
            icon={Database}
            title={t('empty')}
            action={
              <Button asChild variant="primary">
                <Link href="/sources">{t('addSource')}</Link>
              </Button>
            }
          >
            {t('emptyHint')}
          </EmptyState>
        </Card>
      )}
      {catalogs.data?.items.map((catalog) => (
        <CatalogSection key={catalog.name} catalog={catalog} />
      ))}
    </Page>
  )
}

function CatalogSection({ catalog }: { catalog: CatalogItem }) {
  const t = useTranslations('catalog.catalogs')
  const format = useFormat()
  const foreign = catalog.kind === 'rest'
  const namespaces = useApi<ApiPage<NamespaceItem>>(
    `/api/v1/catalogs/${encodeURIComponent(catalog.name)}/namespaces`,
    // Every look at another server's catalog is requests to that server.
    { query: { limit: 500 }, ...(foreign ? {} : { refetchInterval: 10_000 }) },
  )
  return (
    <section className="flex flex-col gap-3" aria-label={catalog.name}>
      <div>
        <h2 className="flex items-center gap-2 font-semibold text-lg">
          <span className="font-mono">{catalog.name}</span>
          {foreign && <Badge tone="neutral">{t('foreign')}</Badge>}
          {!foreign && (
            <span className="ml-auto font-normal text-base">
              <ConnectDialog catalog={catalog.name} />
            </span>
          )}
        </h2>
        <Facts>
          {catalog.namespaces !== null && (
            <span>{t('namespaces', { count: format.number(catalog.namespaces) })}</span>
          )}
          {catalog.tables !== null && <span>{t('tables', { count: format.number(catalog.tables) })}</span>}
          {catalog.records !== null && (
            <span>
              <Count value={catalog.records} compact /> {t('rows')}
            </span>
          )}
          {catalog.bytes !== null && <Bytes value={catalog.bytes} />}
          {catalog.uri !== null && <span className="break-all font-mono text-xs">{catalog.uri}</span>}
          {catalog.warehouse !== '' && (
            <span className="break-all font-mono text-xs">{catalog.warehouse}</span>
          )}
        </Facts>
      </div>
      {namespaces.error && !namespaces.data ? (
        <Card>
          <ErrorState error={namespaces.error} onRetry={() => void namespaces.refetch()} />
        </Card>
      ) : (
        <CatalogContents catalog={catalog} namespaces={namespaces.data?.items ?? []} />
      )}
      {!foreign && <DroppedTables catalog={catalog.name} />}
    </section>
  )
}

function CatalogContents({ catalog, namespaces }: { catalog: CatalogItem; namespaces: NamespaceItem[] }) {
  const t = useTranslations('catalog.catalogs')
  const format = useFormat()
  return (
    <>
      <nav className="flex flex-wrap gap-2" aria-label={t('namespacesOf', { catalog: catalog.name })}>
        {namespaces.map((namespace) => (
          <Link
            key={namespace.name}
            href={namespaceHref(catalog.name, namespace.name)}
            className="flex items-center gap-2 rounded-md border border-line bg-surface px-3 py-1.5 hover:border-line-strong"
          >
            <FolderTree className="size-4 text-faint" aria-hidden />
            <span className="font-mono text-sm">{namespace.levels.join('.')}</span>
            <span className="text-faint text-xs">
              {t('tables', { count: format.number(namespace.tables) })}
            </span>
          </Link>
        ))}
      </nav>
      <TableList
        path={`/api/v1/catalogs/${encodeURIComponent(catalog.name)}/tables`}
        name={`${catalog.name}-tables`}
        showNamespace
        foreign={catalog.kind === 'rest'}
      />
    </>
  )
}
