'use client'

import { Database } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { CatalogContents } from './catalog-contents.tsx'
import { CatalogFacts } from './catalog-facts.tsx'
import { ConnectButton } from './connect/connect-button.tsx'
import { catalogHref } from './table-path.ts'

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
        <section key={catalog.name} className="flex flex-col gap-3" aria-label={catalog.name}>
          <div>
            <h2 className="flex items-center gap-2 font-semibold text-lg">
              <Link href={catalogHref(catalog.name)} className="font-mono hover:underline">
                {catalog.name}
              </Link>
              {catalog.kind === 'rest' && <Badge tone="neutral">{t('foreign')}</Badge>}
              {catalog.kind !== 'rest' && (
                <span className="ml-auto font-normal text-base">
                  <ConnectButton catalog={catalog.name} />
                </span>
              )}
            </h2>
            <CatalogFacts catalog={catalog} />
          </div>
          <CatalogContents catalog={catalog} />
        </section>
      ))}
    </Page>
  )
}
