'use client'

import { useTranslations } from 'next-intl'
import { Badge, type Tone } from '#components/ui/badge.tsx'

const known = ['append', 'replace', 'overwrite', 'delete'] as const
type Operation = (typeof known)[number]

const tones: Record<Operation, Tone> = {
  append: 'neutral',
  replace: 'accent',
  overwrite: 'warn',
  delete: 'bad',
}

/** A snapshot's operation; `replace` is a compaction or another rewrite of the same rows. */
export function OperationBadge({ operation }: { operation: string }) {
  const t = useTranslations('catalog.operation')
  const found = known.find((name) => name === operation)
  return <Badge tone={found ? tones[found] : 'neutral'}>{found ? t(found) : operation}</Badge>
}
