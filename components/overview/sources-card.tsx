'use client'

import { RadioTower } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { Count } from '#components/ui/amount.tsx'
import { StatusDot } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { SourceItem } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import { useSources } from './overview-data.ts'

const states = ['active', 'paused', 'stopped'] as const
const tones = { active: 'ok', paused: 'warn', stopped: 'bad' } as const

function useLag() {
  const t = useTranslations('overview.sources')
  const format = useFormat()
  return ({ flow }: SourceItem): string => {
    if (flow.lagRows) return t('rowsBehind', { count: format.compact(flow.lagRows) })
    if (flow.lagBytes) return format.bytes(flow.lagBytes)
    return t('upToDate')
  }
}

/** The sources with state, rate and lag. */
export function SourcesCard() {
  const t = useTranslations('overview.sources')
  const format = useFormat()
  const lag = useLag()
  const canAdd = useCan('engineer')
  const sources = useSources()
  const columns = useMemo<DataColumn<SourceItem>[]>(
    () => [
      { id: 'name', header: t('name'), value: ({ name }) => name },
      {
        id: 'state',
        header: t('state'),
        value: ({ state }) => state,
        cell: ({ state, flow }) => {
          const known = states.find((name) => name === state)
          return (
            <StatusDot
              tone={known ? tones[known] : 'neutral'}
              active={known === 'active' && flow.rowsPerSecond > 0}
            >
              {known ? t(known) : state}
            </StatusDot>
          )
        },
      },
      {
        id: 'rate',
        header: t('rate'),
        align: 'right',
        value: ({ flow }) => flow.rowsPerSecond,
        cell: ({ flow }) =>
          flow.rowsPerSecond > 0 ? (
            t('perSecond', { count: format.compact(Math.max(1, Math.round(flow.rowsPerSecond))) })
          ) : (
            <span className="text-faint">–</span>
          ),
      },
      {
        id: 'lag',
        header: t('lag'),
        align: 'right',
        value: ({ flow }) => flow.lagRows ?? flow.lagBytes,
        cell: (source) => <span className="whitespace-nowrap">{lag(source)}</span>,
      },
      {
        id: 'rows',
        header: t('rows'),
        align: 'right',
        hideOnPhone: true,
        value: ({ flow }) => flow.rows,
        cell: ({ flow }) => <Count value={flow.rows} compact />,
      },
    ],
    [t, format, lag],
  )
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button asChild size="sm">
          <Link href="/sources">{t('all')}</Link>
        </Button>
      }
    >
      <DataTable
        name={t('title')}
        urlKey="sources"
        bare
        plain
        rows={sources.data?.items}
        error={sources.data ? null : sources.error}
        onRetry={() => void sources.refetch()}
        columns={columns}
        rowId={({ id }) => id}
        href={({ id }) => `/sources/${id}`}
        empty={
          <EmptyState
            icon={RadioTower}
            title={t('empty')}
            {...(canAdd
              ? {
                  action: (
                    <Button asChild variant="primary">
                      <Link href="/sources">{t('add')}</Link>
                    </Button>
                  ),
                }
              : {})}
          >
            {t('emptyText')}
          </EmptyState>
        }
      />
    </Card>
  )
}
