'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { DateRangePicker } from '#components/ui/date-range-picker.tsx'
import { Select } from '#components/ui/select.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Switch } from '#components/ui/switch.tsx'
import type { SiteSummary, TopAnswer, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { addDays, endOfMonthBefore, siteDayOf } from '#lib/client/site-day.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import type { useVisitorsQuery } from './visitors-query.ts'

/** Months with data that are offered as ranges, newest first. */
const offeredMonths = 3

interface RangeControlsProps {
  state: ReturnType<typeof useVisitorsQuery>
  sites: readonly SiteSummary[]
  answer: VisitorsAnswer | TopAnswer | undefined
}

/** Last included day of a half-open range. */
const lastDay = (to: string, timeZone: string): string => siteDayOf(new Date(Date.parse(to) - 1), timeZone)

/** Site, range of days and comparison. */
export function RangeControls({ state: [selection, select], sites, answer }: RangeControlsProps) {
  const t = useTranslations('analytics')
  const format = useFormat()
  const covered = answer?.covered ?? null
  const timeZone = answer?.timeZone ?? format.timeZone
  const range = answer && {
    from: siteDayOf(new Date(answer.from), timeZone),
    to: lastDay(answer.to, timeZone),
  }
  const all = covered && {
    from: siteDayOf(new Date(covered.from), timeZone),
    to: lastDay(covered.to, timeZone),
  }
  const months = useApi<VisitorsAnswer>(all ? '/api/v1/analytics/visitors/month' : null, {
    query: { site: selection.site, from: all?.from.slice(0, 7), to: all?.to.slice(0, 7) },
    staleTime: 60_000,
  })
  const monthName = new Intl.DateTimeFormat(format.locale, { year: 'numeric', month: 'long', timeZone })
  const presets = [
    ...(all ? [{ label: t('allTime'), range: all }] : []),
    ...(months.data?.items ?? [])
      .slice(-offeredMonths)
      .reverse()
      .map(({ start }) => {
        const from = siteDayOf(new Date(start), timeZone)
        return {
          label: monthName.format(new Date(start)),
          range: { from, to: endOfMonthBefore(addDays(from, 32)) },
        }
      }),
  ]
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {sites.length > 1 && (
        <Select
          aria-label={t('site')}
          value={selection.site ?? sites[0]?.id}
          onChange={(site) => void select({ site, from: null, to: null })}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          className="w-44"
        />
      )}
      {range ? (
        <DateRangePicker value={range} onChange={(next) => void select(next)} presets={presets} />
      ) : (
        <Skeleton className="h-8 w-52" />
      )}
      {selection.from !== null || selection.to !== null ? (
        <Button variant="ghost" onClick={() => void select({ from: null, to: null })}>
          {t('latest')}
        </Button>
      ) : null}
      <span className="sm:ml-auto">
        <Switch
          checked={selection.compare}
          onChange={(compare) => void select({ compare })}
          label={t('compare')}
        />
      </span>
    </div>
  )
}
