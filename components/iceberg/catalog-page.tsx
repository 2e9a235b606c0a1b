'use client'

import { Database, FolderPlus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { CatalogContents } from './catalog-contents.tsx'
import { CatalogFacts } from './catalog-facts.tsx'
import { useAsk } from './changes/use-changes.tsx'
import { ConnectButton } from './connect/connect-button.tsx'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** One catalog with its namespaces and tables. */
export function CatalogPage({ catalog: name }: { catalog: string }) {
  const t = useTranslations('catalog.catalogs')
  const changes = useTranslations('catalog-changes')
  const ask = useAsk()
  const actions = useCatalogActions({ catalog: name })
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', {
    query: { limit: 200 },
    refetchInterval: 10_000,
  })
  const catalog = catalogs.data?.items.find((item) => item.name === name)
  const foreign = catalog?.kind === 'rest'
  return (
    <Page>
      <div>
        <PageHeader
          icon={Database}
          title={name}
          copyName={name}
          {...(foreign ? { badge: <Badge tone="neutral">{t('foreign')}</Badge> } : {})}
          action={
            <>
              {catalog && !foreign && <ConnectButton catalog={name} />}
              {actions.createNamespace && (
                <Button
                  variant="primary"
                  icon={FolderPlus}
                  onClick={() => ask({ kind: 'create-namespace', catalog: name, parent: null })}
                >
                  {changes('menu.createNamespace')}
                </Button>
              )}
            </>
          }
        />
        {catalog && <CatalogFacts catalog={catalog} />}
        {catalogs.isLoading && <Skeleton className="mt-1 h-4 w-80" />}
      </div>
      {catalogs.error && !catalogs.data && (
        <ErrorState error={catalogs.error} onRetry={() => void catalogs.refetch()} />
      )}
      {catalogs.data && !catalog && (
        <Card>
          <EmptyState icon={Database} title={changes('noCatalog', { name })} />
        </Card>
      )}
      {catalog && <CatalogContents catalog={catalog} />}
    </Page>
  )
}
