'use client'

import { Plus, RadioTower } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import type { SourceItem } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import { RateSparkline } from './rate-sparkline.tsx'
import { SourceDialog } from './source-dialog.tsx'
import { Lag, SourceState, sourceIcon, sourcePlace } from './source-names.tsx'

function SourceName({ source }: { source: SourceItem }) {
  const Icon = sourceIcon(source.kind)
  return (
    <span className="inline-flex min-w-0 items-center gap-2 align-middle">
      <Icon className="size-4 shrink-0 text-faint" aria-hidden />
      <span className="truncate">{source.name}</span>
    </span>
  )
}

/** What comes in, how fast, how late, and what was rejected. */
export function SourcesPage() {
  const t = useTranslations('streams')
  const format = useFormat()
  const [adding, setAdding] = useState(false)
  const allowed = useCan('engineer')
  const add = allowed && (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('sources.add')}
    </Button>
  )
  const columns: DataColumn<SourceItem>[] = [
    {
      id: 'name',
      header: t('sources.name'),
      value: (source) => source.name,
      cell: (source) => <SourceName source={source} />,
      width: 220,
    },
    {
      id: 'state',
      header: t('sources.state'),
      value: (source) => source.state,
      cell: (source) => <SourceState source={source} />,
      width: 110,
    },
    {
      id: 'rowsPerSecond',
      header: t('sources.rate'),
      value: (source) => source.flow.rowsPerSecond,
      cell: (source) => t('perSecond', { rows: format.rate(source.flow.rowsPerSecond) }),
      align: 'right',
      width: 100,
    },
    {
      id: 'recent',
      header: t('sources.recent'),
      value: () => null,
      cell: (source) => <RateSparkline sourceId={source.id} />,
      width: 140,
      hideOnPhone: true,
    },
    {
      id: 'lag',
      header: t('sources.lag'),
      value: (source) => source.flow.lagRows ?? source.flow.lagBytes,
      cell: (source) => <Lag flow={source.flow} />,
      align: 'right',
      width: 100,
    },
    {
      id: 'rows',
      header: t('sources.rows'),
      value: (source) => source.flow.rows,
      kind: 'count',
      width: 110,
      hideOnPhone: true,
    },
    {
      id: 'errorRows',
      header: t('sources.errors'),
      value: (source) => source.flow.errorRows,
      cell: (source) => (
        <span className={source.flow.errorRows > 0 ? 'text-bad' : 'text-faint'}>
          {format.number(source.flow.errorRows)}
        </span>
      ),
      align: 'right',
      width: 90,
      hideOnPhone: true,
    },
    {
      id: 'lastBatchAt',
      header: t('sources.lastBatch'),
      value: (source) => source.flow.lastBatchAt,
      kind: 'time',
      width: 120,
      hideOnPhone: true,
    },
    {
      id: 'place',
      header: t('sources.place'),
      value: (source) => sourcePlace(source.config),
      cell: (source) => (
        <span className="truncate font-mono text-faint text-xs">{sourcePlace(source.config)}</span>
      ),
      width: 260,
      hideOnPhone: true,
    },
  ]
  return (
    <Page>
      <PageHeader
        icon={RadioTower}
        title={t('sources.title')}
        description={t('sources.description')}
        action={add}
      />
      <DataTable<SourceItem>
        name="sources"
        source={{ path: '/api/v1/sources', refetchInterval: 3_000 }}
        columns={columns}
        filterFields={[]}
        filterPlaceholder={t('sources.filter')}
        rowId={(source) => source.id}
        href={(source) => `/sources/${source.id}`}
        empty={
          <EmptyState icon={RadioTower} title={t('sources.empty')} action={add}>
            {t('sources.emptyHint')}
          </EmptyState>
        }
      />
      {adding && <SourceDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}
