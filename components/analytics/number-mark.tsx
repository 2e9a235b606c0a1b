'use client'

import { CircleHelp } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { tableHref } from '#components/iceberg/table-path.ts'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { AbsoluteTime, RelativeTime } from '#components/ui/time.tsx'
import type { MetricDefinition, TopAnswer, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'

interface NumberMarkProps {
  metric: 'visitors' | 'visits' | 'visits-per-visitor'
  answer: VisitorsAnswer | TopAnswer
  /** How far the number is from an exact count. */
  accuracy?: { count: number; exact: boolean; standardError: number }
}

/** The small mark beside a number: what it means, where it comes from, how exact it is, and the SQL that gives it. */
export function NumberMark(props: NumberMarkProps) {
  const t = useTranslations('analytics.mark')
  const [open, setOpen] = useState(false)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('open')}
      className="w-[26rem]"
      trigger={<IconButton icon={CircleHelp} label={t('open')} size="sm" tooltip={false} className="-my-1" />}
    >
      {open && <Explanation {...props} />}
    </Popover>
  )
}

function Explanation({ metric, answer, accuracy }: NumberMarkProps) {
  const t = useTranslations('analytics.mark')
  const format = useFormat()
  const definitions = useApi<{ items: MetricDefinition[] }>('/api/v1/analytics/metrics', {
    query: { site: answer.site.id },
    staleTime: 600_000,
  })
  const definition = definitions.data?.items.find(({ id }) => id === metric)
  const { site, snapshotId } = answer
  const path = { catalog: site.catalog, namespace: site.namespace.join('.'), table: site.table }
  return (
    <div className="flex flex-col gap-3">
      {definition ? (
        <div className="flex flex-col gap-1.5">
          <h3 className="font-semibold text-base">{definition.name[format.locale]}</h3>
          <p className="text-soft">{definition.sentence[format.locale]}</p>
          <p className="text-faint text-xs">{definition.combining[format.locale]}</p>
        </div>
      ) : (
        <SkeletonLines lines={4} />
      )}
      <KeyValueList
        items={[
          ...(accuracy
            ? [
                {
                  key: t('accuracy'),
                  value: accuracy.exact
                    ? t('exact')
                    : t('estimate', {
                        low: format.number(Math.max(0, accuracy.count - 2 * accuracy.standardError)),
                        high: format.number(accuracy.count + 2 * accuracy.standardError),
                        error: format.number(accuracy.standardError),
                      }),
                },
              ]
            : []),
          ...(snapshotId
            ? [
                {
                  key: t('snapshot'),
                  value: (
                    <Link
                      href={tableHref(path, 'snapshots', snapshotId)}
                      className="hover:text-accent hover:underline"
                    >
                      {snapshotId}
                    </Link>
                  ),
                  copy: snapshotId,
                  mono: true,
                },
              ]
            : []),
          { key: t('freshAt'), value: <AbsoluteTime value={answer.freshAt} seconds /> },
          { key: t('latestEvent'), value: <RelativeTime value={answer.latestEvent} /> },
          { key: t('timeZone'), value: answer.timeZone },
        ]}
      />
      <CodeBlock code={answer.sql} label={t('sql')} className="[&_pre]:max-h-44" />
      <Link href="/analytics/definitions" className="text-accent text-xs hover:underline">
        {t('all')}
      </Link>
    </div>
  )
}
