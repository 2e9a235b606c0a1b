'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import type { Comparison } from '#lib/api/compare.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** What came in green, what went in red; a dash where nothing changed. */
export function PlusMinus({ added, removed }: { added: ReactNode; removed: ReactNode }) {
  if (added === null && removed === null) return <span className="text-faint">–</span>
  return (
    <span className="inline-flex flex-wrap gap-x-1">
      {added !== null && <span className="text-ok">+{added}</span>}
      {removed !== null && <span className="text-bad">−{removed}</span>}
    </span>
  )
}

/** The change in numbers: rows, files, bytes, partitions, schema. */
export function ComparisonStats({ comparison }: { comparison: Comparison }) {
  const t = useTranslations('snapshots.compare')
  const format = useFormat()
  const { from, to, added, removed, partitionsChanged } = comparison
  const change = (key: keyof typeof added, text: (value: number) => string) => (
    <PlusMinus
      added={added[key] > 0 ? text(added[key]) : null}
      removed={removed[key] > 0 ? text(removed[key]) : null}
    />
  )
  const fromTo = (before: string, after: string) => (before === after ? before : `${before} → ${after}`)
  return (
    <StatRow>
      <Stat
        label={t('rows')}
        value={change('records', format.number)}
        note={fromTo(format.number(from.records), format.number(to.records))}
      />
      <Stat
        label={t('dataFiles')}
        value={change('dataFiles', format.number)}
        note={fromTo(format.number(from.dataFiles), format.number(to.dataFiles))}
      />
      <Stat label={t('deleteFiles')} value={change('deleteFiles', format.number)} />
      <Stat
        label={t('bytes')}
        value={change('bytes', format.bytes)}
        note={fromTo(format.bytes(from.bytes), format.bytes(to.bytes))}
      />
      <Stat label={t('partitions')} value={format.number(partitionsChanged)} />
      <Stat
        label={t('schema')}
        value={fromTo(String(from.schemaId ?? '–'), String(to.schemaId ?? '–'))}
        note={t(from.schemaId === to.schemaId ? 'sameSchema' : 'otherSchema')}
      />
    </StatRow>
  )
}
