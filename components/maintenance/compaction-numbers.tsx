'use client'

import { ArrowRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { EstimateStat } from './estimate-stat.tsx'

/** What a planned compaction will do in numbers: what is merged into what, and that nothing is lost. */
export function CompactionNumbers({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance.number')
  const format = useFormat()
  const { compaction, rowsRemoved, snapshotsRemoved } = plan.summary
  if (!compaction) return null
  const { files, filesAfter, partitions, bytes, bytesAfter, rows, deletesApplied, deletesRemoved, commits } =
    compaction
  return (
    <StatRow>
      <Stat
        label={t('mergedFiles')}
        value={
          <span className="inline-flex items-center gap-1.5">
            <Count value={files} className="font-normal text-soft" />
            <ArrowRight className="size-4 text-faint" aria-hidden />
            <Count value={filesAfter} />
          </span>
        }
        note={t('mergedPartitions', { count: format.number(partitions) })}
      />
      <Stat
        label={t('mergedBytes')}
        value={<Bytes value={bytes} />}
        note={t('mergedBytesHint', { bytes: format.bytes(bytesAfter) })}
      />
      <Stat
        label={t('deletes')}
        value={<Count value={deletesRemoved} />}
        note={t('deletesHint', { count: format.number(deletesApplied) })}
      />
      <Stat
        label={t('commits')}
        value={<Count value={commits} />}
        note={t('commitsHint', { count: format.number(snapshotsRemoved) })}
      />
      <EstimateStat plan={plan} />
      <Stat
        label={t('rows')}
        value={<Count value={rowsRemoved} />}
        note={t('rowsRewritten', { count: format.number(rows) })}
      />
    </StatRow>
  )
}
