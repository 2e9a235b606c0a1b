'use client'

import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Facts } from '#components/ui/page-header.tsx'
import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** How much a catalog holds, and where it is. */
export function CatalogFacts({ catalog }: { catalog: CatalogItem }) {
  const t = useTranslations('catalog.catalogs')
  const format = useFormat()
  return (
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
      {catalog.warehouse !== '' && <span className="break-all font-mono text-xs">{catalog.warehouse}</span>}
    </Facts>
  )
}
