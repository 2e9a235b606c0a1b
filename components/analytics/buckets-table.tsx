'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import type { VisitorBucket, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { useFormat } from '#lib/client/use-format.ts'

interface BucketsTableProps {
  answer: VisitorsAnswer | undefined
  onOpen?: (bucket: VisitorBucket) => void
}

/** The same buckets as the chart, one a row. */
export function BucketsTable({ answer, onOpen }: BucketsTableProps) {
  const t = useTranslations('analytics')
  const format = useFormat()
  const grain = answer?.grain ?? 'hour'
  const days = new Set(answer?.items.map((bucket) => bucket.start.slice(0, 10)))
  const dated = grain === 'hour' && days.size > 1
  const labelOf = (bucket: VisitorBucket) =>
    dated ? `${bucket.start.slice(0, 10)} ${bucket.label}` : bucket.label
  const changeOf = (bucket: VisitorBucket, key: 'visitors' | 'visits') =>
    bucket.previous && !bucket.gap && bucket.complete
      ? format.change(bucket[key], bucket.previous[key])
      : null
  const count = (key: 'visitors' | 'visits'): DataColumn<VisitorBucket>[] => [
    {
      id: key,
      header: t(`metric.${key}`),
      align: 'right',
      width: 110,
      value: (bucket) => (bucket.gap ? null : bucket[key]),
      cell: (bucket) => {
        if (bucket.gap) return <span className="text-faint">–</span>
        const estimated = key === 'visitors' && !bucket.exact
        return (
          <>
            {estimated && <span className="text-faint text-xs">{t('approximate')} </span>}
            {format.number(bucket[key])}
          </>
        )
      },
    },
    ...((answer?.previousTotals?.visits ?? 0) > 0
      ? [
          {
            id: `${key}Change`,
            header: '±%',
            align: 'right' as const,
            width: 90,
            hideOnPhone: key === 'visits',
            filterable: false,
            value: (bucket: VisitorBucket) =>
              bucket.previous && bucket.previous[key] > 0 && !bucket.gap
                ? bucket[key] / bucket.previous[key] - 1
                : null,
            cell: (bucket: VisitorBucket) => (
              <span className="text-soft text-xs">{changeOf(bucket, key) ?? '–'}</span>
            ),
          },
        ]
      : []),
  ]
  const columns: DataColumn<VisitorBucket>[] = [
    {
      id: 'start',
      header: t(`table.bucket.${grain}`),
      width: dated ? 210 : 130,
      value: (bucket) => bucket.start,
      cell: (bucket) => <span className="whitespace-nowrap">{labelOf(bucket)}</span>,
    },
    ...count('visitors'),
    ...count('visits'),
    {
      id: 'perVisitor',
      header: t('metric.perVisitor'),
      align: 'right',
      hideOnPhone: true,
      value: (bucket) => (bucket.visitors > 0 ? bucket.visits / bucket.visitors : null),
      cell: (bucket) =>
        bucket.visitors > 0 ? (
          format.number(bucket.visits / bucket.visitors, {
            minimumFractionDigits: 1,
            maximumFractionDigits: 1,
          })
        ) : (
          <span className="text-faint">–</span>
        ),
    },
    {
      id: 'state',
      header: t('table.state'),
      width: 120,
      hideOnPhone: true,
      value: (bucket) => (bucket.gap ? t('gap') : bucket.complete ? '' : t('unfinished')),
      cell: (bucket) => {
        const kind = bucket.gap ? 'gap' : bucket.complete ? null : 'unfinished'
        return kind ? (
          <Tooltip content={t(`${kind}Hint`)}>
            <span>
              <Badge tone={kind === 'gap' ? 'warn' : 'accent'}>{t(kind)}</Badge>
            </span>
          </Tooltip>
        ) : null
      },
    },
  ]
  return (
    <DataTable
      name={`visitors-${grain}`}
      urlKey="buckets"
      columns={columns}
      rows={answer?.items}
      rowId={(bucket) => bucket.start}
      {...(onOpen ? { onOpen } : {})}
      empty={<p className="p-6 text-center text-faint">{t('empty.range')}</p>}
      maxHeight="28rem"
      plain
    />
  )
}
