'use client'

import { useTranslations } from 'next-intl'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { CompactionNumbers } from './compaction-numbers.tsx'
import { EstimateStat } from './estimate-stat.tsx'

/** What a plan will do in numbers: what goes, what stays, what can no longer be read. */
export function PlanNumbers({ plan }: { plan: PlanView }) {
  const { summary, action, policy } = plan
  const t = useTranslations('maintenance.number')
  const format = useFormat()
  if (action === 'compaction') return <CompactionNumbers plan={plan} />
  if (action === 'delete-old-rows') {
    const partly = summary.partly?.files ?? 0
    return (
      <StatRow>
        <Stat
          label={t('rowsRemoved')}
          value={<Count value={summary.rowsRemoved} />}
          note={t('rowsKept', { count: format.number(summary.rowsKept ?? 0) })}
        />
        <Stat
          label={t('cutOff')}
          value={
            summary.cutOff ? (
              <span className="text-base">
                <AbsoluteTime value={summary.cutOff} />
              </span>
            ) : null
          }
          note={policy.retention.column}
        />
        <Stat label={t('partitions')} value={<Count value={summary.partitionsRemoved ?? 0} />} />
        <Stat
          label={t('wholeFiles')}
          value={<Count value={summary.files} />}
          note={partly > 0 ? t('partly', { count: format.number(partly) }) : t('wholeFilesHint')}
        />
        <Stat label={t('bytes')} value={<Bytes value={summary.bytes} />} note={t('bytesLater')} />
        <EstimateStat plan={plan} />
      </StatRow>
    )
  }
  if (action === 'tag-snapshots') {
    return (
      <StatRow>
        <Stat label={t('tags')} value={<Count value={summary.tagsAdded.length} />} note={t('tagsHint')} />
        <Stat label={t('snapshotsThere')} value={<Count value={summary.snapshotsKept} />} />
        <EstimateStat plan={plan} />
        <Stat label={t('rows')} value={<Count value={summary.rowsRemoved} />} note={t('rowsHint')} />
      </StatRow>
    )
  }
  if (action === 'rewrite-manifests') {
    return (
      <StatRow>
        <Stat label={t('manifestsBefore')} value={<Count value={summary.manifestsBefore ?? 0} />} />
        <Stat label={t('manifestsAfter')} value={<Count value={summary.manifestsAfter ?? 0} />} />
        <Stat label={t('rewritten')} value={<Bytes value={summary.bytes} />} />
        <EstimateStat plan={plan} />
        <Stat label={t('rows')} value={<Count value={summary.rowsRemoved} />} note={t('rowsHint')} />
      </StatRow>
    )
  }
  const spared = [
    ...(summary.inUse.files > 0 ? [t('inUse', { count: format.number(summary.inUse.files) })] : []),
    ...(summary.outside.files > 0 ? [t('outside', { count: format.number(summary.outside.files) })] : []),
  ]
  return (
    <StatRow>
      <Stat
        label={t('files')}
        value={<Count value={summary.files} />}
        note={spared.length > 0 ? spared.join(' · ') : t('filesHint')}
      />
      <Stat
        label={t('bytes')}
        value={<Bytes value={summary.bytes} />}
        note={t('bytesHint', { hold: format.duration(policy.holdMs) })}
      />
      {action === 'expire-snapshots' && (
        <>
          <Stat
            label={t('snapshots')}
            value={<Count value={summary.snapshotsRemoved} />}
            note={t('snapshotsKept', { count: format.number(summary.snapshotsKept) })}
          />
          <Stat
            label={t('timeTravel')}
            value={
              summary.oldestKept ? (
                <span className="text-base">
                  <AbsoluteTime value={summary.oldestKept.committedAt} />
                </span>
              ) : null
            }
            note={
              summary.refsRemoved.length > 0
                ? t('refs', { names: summary.refsRemoved.map(({ name }) => name).join(', ') })
                : t('timeTravelHint')
            }
          />
        </>
      )}
      {summary.listed && (
        <Stat
          label={t('listed')}
          value={<Count value={summary.listed.files} />}
          note={t('young', { count: format.number(summary.young ?? 0) })}
        />
      )}
      <EstimateStat plan={plan} />
      <Stat label={t('rows')} value={<Count value={summary.rowsRemoved} />} note={t('rowsHint')} />
    </StatRow>
  )
}
