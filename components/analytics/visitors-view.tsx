'use client'

import { Activity, BookOpen, Download } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Button } from '#components/ui/button.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import type { SiteSummary, TopAnswer, VisitorBucket, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { apiUrl } from '#lib/client/api.ts'
import { siteDayOf } from '#lib/client/site-day.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { NothingInRange, NothingYet } from './analytics-empty.tsx'
import { BucketsTable } from './buckets-table.tsx'
import { KpiRow } from './kpi-row.tsx'
import { RangeControls } from './range-controls.tsx'
import { TopLists } from './top-lists.tsx'
import { ViewLinks } from './view-links.tsx'
import { VisitorsChart } from './visitors-chart.tsx'
import { rangeQuery, useVisitorsQuery, type View } from './visitors-query.ts'

/** A new snapshot comes every ten seconds; the marts follow within a second or two. */
const refreshMs = 5_000

/** The visitor dashboard: one view of hour, day, month or TOP. */
export function VisitorsView({ view }: { view: View }) {
  const t = useTranslations('analytics')
  const format = useFormat()
  useCrumb(view, t(`view.${view}`))
  const router = useRouter()
  const state = useVisitorsQuery()
  const [selection, select] = state
  const sites = useApi<{ items: SiteSummary[] }>('/api/v1/analytics/sites', { refetchInterval: refreshMs })
  const all = sites.data?.items ?? []
  // A person who has not chosen among several sites sees the first.
  const site = selection.site ?? (all.length > 1 ? (all[0]?.id ?? null) : null)
  const path = `/api/v1/analytics/visitors/${view}`
  const query = {
    ...rangeQuery(selection),
    site,
    ...(view === 'top' ? { dimension: selection.dimension, limit: 100 } : { fill: true }),
  }
  const result = useApi<VisitorsAnswer | TopAnswer>(all.length > 0 ? path : null, {
    query,
    refetchInterval: refreshMs,
    keepPrevious: true,
  })
  const answer = result.data
  // An answer of the view before is kept on screen until the new one is here, but must not be drawn as this one.
  const buckets = answer && 'grain' in answer && answer.grain === view ? answer : undefined
  const top = answer && 'dimension' in answer ? answer : undefined

  // A refresh that failed leaves the numbers standing; another question that failed does not.
  const failure = !answer || result.isPlaceholderData ? result.error : null

  const openFiner = (bucket: VisitorBucket) => {
    const day = (instant: number) => siteDayOf(new Date(instant), answer?.timeZone ?? format.timeZone)
    const range = {
      site: selection.site,
      from: day(Date.parse(bucket.start)),
      to: day(Date.parse(bucket.end) - 1),
      compare: selection.compare ? null : false,
      metric: selection.metric === 'visitors' ? null : selection.metric,
    }
    router.push(apiUrl(`/analytics/visitors/${view === 'month' ? 'day' : 'hour'}`, range))
  }
  const drill = view === 'day' || view === 'month' ? { onSelect: openFiner } : {}

  const body = () => {
    if (sites.error && !sites.data) return <ErrorState error={sites.error} onRetry={() => sites.refetch()} />
    if (sites.data && all.length === 0) return <NothingYet missing="noSite" />
    if (failure) return <ErrorState error={failure} onRetry={() => result.refetch()} />
    if (answer && answer.snapshotId === null) return <NothingYet missing="building" />
    const shown = view === 'top' ? top : buckets
    if (shown?.items.every((item) => 'gap' in item && item.gap)) {
      return <NothingInRange answer={shown} onShow={(range) => void select(range)} />
    }
    if (view === 'top') {
      return (
        <TopLists
          answer={top}
          dimension={selection.dimension}
          onDimension={(dimension) => void select({ dimension })}
        />
      )
    }
    return (
      <>
        <KpiRow answer={buckets} />
        <VisitorsChart
          answer={buckets}
          metric={selection.metric}
          onMetric={(metric) => void select({ metric })}
          {...drill}
        />
        <BucketsTable answer={buckets} {...(view === 'hour' ? {} : { onOpen: openFiner })} />
      </>
    )
  }

  return (
    <Page>
      <PageHeader
        icon={Activity}
        title={t('title')}
        description={t('description')}
        facts={
          answer?.snapshotId ? (
            <>
              <span>{answer.site.name}</span>
              <Tooltip content={t('freshnessHint', { time: format.exactTime(answer.freshAt ?? 0) })}>
                <span>{t.rich('freshnessRich', { ago: () => <RelativeTime value={answer.freshAt} /> })}</span>
              </Tooltip>
              <span>
                {t.rich('latestEventRich', { ago: () => <RelativeTime value={answer.latestEvent} /> })}
              </span>
            </>
          ) : undefined
        }
        action={
          <>
            <Button asChild>
              <Link href="/analytics/definitions">
                <BookOpen aria-hidden />
                {t('definitionsLink')}
              </Link>
            </Button>
            <Tooltip content={t('csvHint')}>
              <Button asChild {...(answer ? {} : { 'aria-disabled': true })}>
                <a href={apiUrl(path, { ...query, format: 'csv' })} download>
                  <Download aria-hidden />
                  {t('csv')}
                </a>
              </Button>
            </Tooltip>
          </>
        }
      />
      <ViewLinks active={view} />
      {all.length > 0 && <RangeControls state={state} sites={all} answer={answer} />}
      {body()}
    </Page>
  )
}
