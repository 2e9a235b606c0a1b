'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'

type OrderField = TableDetail['sortOrder']['fields'][number]

/** `day(at)`, or the column alone where it is sorted as it is. */
export const orderFieldName = ({ transform, sourceName }: OrderField): string =>
  transform === 'identity' ? (sourceName ?? '?') : `${transform}(${sourceName ?? '?'})`

/** The fields of a sort order, the first one first, each with its direction. */
export function OrderFields({ fields }: { fields: readonly OrderField[] }) {
  const t = useTranslations('evolution.order')
  if (fields.length === 0) return <Badge>{t('unsorted')}</Badge>
  return fields.map((field) => {
    const Icon = field.direction === 'asc' ? ArrowUp : ArrowDown
    return (
      <Badge key={`${field.sourceId} ${field.transform}`} className="font-mono">
        {orderFieldName(field)}
        <Icon className="ml-1 inline size-3" aria-label={t(`direction.${field.direction}`)} />
      </Badge>
    )
  })
}
