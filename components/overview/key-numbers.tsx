'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Count } from '#components/ui/amount.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import { useFormat } from '#lib/client/use-format.ts'
import { useLiveTables, useNewestDay, useOpenRuns, useSources } from './overview-data.ts'

const sum = <Item,>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((total, item) => total + value(item), 0)

/** The state of everything in six numbers. */
export function KeyNumbers() {
  const t = useTranslations('overview.kpi')
  const format = useFormat()
  const day = useNewestDay()
  const sources = useSources().data?.items
  const runs = useOpenRuns().data?.items
  const { tables, loading } = useLiveTables()

  const dayName = day.data && day.data.items.length > 0 ? format.day(day.data.from) : null
  const totals = day.data?.totals
  const before = day.data?.previousTotals
  const change = (now: number | undefined, then: number | undefined) => {
    const text = now === undefined || then === undefined ? null : format.change(now, then)
    return text ? t('against', { change: text }) : undefined
  }
  const counted = (value: number | undefined) =>
    value !== undefined && dayName !== null ? <Count value={value} /> : day.isLoading ? undefined : null
  const uncommitted = sources && sum(sources, ({ flow }) => flow.uncommittedRows)
  const graded = tables.filter(({ health }) => health !== null)
  const good = graded.filter(({ health }) => health?.grade === 'good').length
  const running = runs?.filter(({ state }) => state === 'running').length
  const queued = runs && runs.length - (running ?? 0)

  return (
    <StatRow>
      <Stat
        label={dayName ? t('visitors', { day: dayName }) : t('noDay')}
        value={counted(totals?.visitors)}
        note={change(totals?.visitors, before?.visitors)}
      />
      <Stat
        label={dayName ? t('visits', { day: dayName }) : t('noDayVisits')}
        value={counted(totals?.visits)}
        note={change(totals?.visits, before?.visits)}
      />
      <Stat
        label={t('flow')}
        value={
          sources &&
          t('perSecond', {
            count: format.compact(Math.round(sum(sources, ({ flow }) => flow.rowsPerSecond))),
          })
        }
        note={
          uncommitted === undefined
            ? undefined
            : uncommitted > 0
              ? t('waiting', { count: format.number(uncommitted) })
              : t('committed')
        }
      />
      <Stat
        label={t('rows')}
        value={loading ? undefined : <Count value={sum(tables, ({ records }) => records)} />}
        note={
          loading
            ? undefined
            : t('bytes', {
                bytes: format.bytes(sum(tables, ({ bytes }) => bytes)),
                files: format.number(sum(tables, ({ dataFiles }) => dataFiles)),
              })
        }
      />
      <Stat
        label={t('health')}
        value={loading ? undefined : graded.length > 0 ? t('healthOf', { good, all: graded.length }) : null}
      />
      <Stat
        label={
          <Link href="/runs" className="hover:text-accent hover:underline">
            {t('running')}
          </Link>
        }
        value={running === undefined ? undefined : format.number(running)}
        note={
          queued === undefined ? undefined : queued > 0 ? t('queued', { count: queued }) : t('noneQueued')
        }
      />
    </StatRow>
  )
}
