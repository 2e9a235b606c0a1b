'use client'

import { useTranslations } from 'next-intl'
import { BarList } from '#components/charts/bar-list.tsx'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import type { TopAnswer, TopItem } from '#lib/analytics/visitors-answer.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { NumberMark } from './number-mark.tsx'
import { topDimensions, type VisitorsSelection } from './visitors-query.ts'

type Dimension = VisitorsSelection['dimension']

/** Bars for the first ones; the table has all. */
const bars = 10

interface TopListsProps {
  answer: TopAnswer | undefined
  dimension: Dimension
  onDimension: (dimension: Dimension) => void
}

/** Pages, segments or users with most visits, as bars and as a table. */
export function TopLists({ answer, dimension, onDimension }: TopListsProps) {
  const t = useTranslations('analytics')
  const format = useFormat()
  const title = t('top.title', { dimension: t(`dimension.${answer?.dimension ?? dimension}`) })
  const keyOf = (item: TopItem) =>
    item.key === '' ? <span className="text-faint">{t('top.none')}</span> : item.key
  const columns: DataColumn<TopItem>[] = [
    { id: 'rank', header: '#', align: 'right', value: (item) => item.rank, filterable: false },
    {
      id: 'key',
      header: t(`dimension.${dimension}`),
      value: (item) => item.key,
      cell: keyOf,
    },
    {
      id: 'visits',
      header: t('top.visits'),
      align: 'right',
      value: (item) => item.visits,
      cell: (item) =>
        item.missedAtMost > 0 ? (
          <Tooltip content={t('top.missed', { count: format.number(item.missedAtMost), kept: 500 })}>
            <span className="underline decoration-dotted underline-offset-4">
              {format.number(item.visits)}
            </span>
          </Tooltip>
        ) : (
          format.number(item.visits)
        ),
    },
    ...(answer?.items.some((item) => item.previous)
      ? [
          {
            id: 'change',
            header: '±%',
            align: 'right' as const,
            filterable: false,
            hideOnPhone: true,
            value: (item: TopItem) =>
              item.previous && item.previous.visits > 0 ? item.visits / item.previous.visits - 1 : null,
            cell: (item: TopItem) => (
              <span className="text-soft text-xs">
                {(item.previous && format.change(item.visits, item.previous.visits)) ?? '–'}
              </span>
            ),
          },
        ]
      : []),
    {
      id: 'visitors',
      header: t('top.visitors'),
      align: 'right',
      hideOnPhone: dimension === 'user',
      value: (item) => item.visitors,
      cell: (item) =>
        item.standardError > 0 ? (
          <Tooltip content={t('top.error', { error: format.number(item.standardError) })}>
            <span>
              <span className="text-faint text-xs">{t('approximate')} </span>
              {format.number(item.visitors)}
            </span>
          </Tooltip>
        ) : (
          format.number(item.visitors)
        ),
    },
  ]
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="lg:col-span-2">
        <Segmented
          label={t('dimension.label')}
          value={dimension}
          onChange={onDimension}
          options={topDimensions.map((value) => ({ value, label: t(`dimension.${value}`) }))}
        />
      </div>
      <Card
        title={title}
        {...(answer ? { description: t('top.total', { visits: format.number(answer.totalVisits) }) } : {})}
        {...(answer ? { actions: <NumberMark metric="visits" answer={answer} /> } : {})}
      >
        {answer ? (
          <BarList
            label={title}
            total={answer.totalVisits}
            items={answer.items.slice(0, bars).map((item) => ({
              key: item.key,
              label: keyOf(item),
              value: item.visits,
              ...(answer.compare ? { previous: item.previous?.visits ?? null } : {}),
            }))}
          />
        ) : (
          <Skeleton className="h-80 w-full" />
        )}
      </Card>
      <DataTable
        name={`top-${dimension}`}
        urlKey="top"
        columns={columns}
        rows={answer?.items}
        rowId={(item) => item.key}
        empty={<p className="p-6 text-center text-faint">{t('empty.range')}</p>}
        maxHeight="32rem"
        plain
      />
    </div>
  )
}
