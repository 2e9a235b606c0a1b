'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'

/** The fields of a partition spec: `day`, `id_bucket_8 = bucket[8](id)`. */
export function PartitionFields({ fields }: { fields: TableDetail['partitionSpec']['fields'] }) {
  const t = useTranslations('catalog.partitions')
  if (fields.length === 0) return <Badge>{t('unpartitioned')}</Badge>
  return fields.map((field) => (
    <Badge key={field.fieldId} className="font-mono">
      {field.transform === 'identity'
        ? field.name
        : `${field.name} = ${field.transform}(${field.sourceName ?? '?'})`}
    </Badge>
  ))
}
