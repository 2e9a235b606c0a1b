'use client'

import { BookOpenCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { LedgerEntry, SourceDetail } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** Which offsets or bytes went into which batch and snapshot. */
export function SourceLedgerTab({ source }: { source: SourceDetail }) {
  const t = useTranslations('streams.ledger')
  const format = useFormat()
  const kafka = source.kind === 'kafka'
  const columns: DataColumn<LedgerEntry>[] = [
    {
      id: 'partition',
      header: kafka ? t('partition') : t('file'),
      value: (entry) => entry.partition,
      cell: (entry) => <span className="truncate font-mono text-xs">{entry.partition}</span>,
      width: 260,
    },
    {
      id: 'range',
      header: kafka ? t('offsets') : t('bytes'),
      value: (entry) => `[${entry.from}, ${entry.to})`,
      cell: (entry) => (
        <span className="whitespace-nowrap font-mono text-xs">
          [{format.number(entry.from)}, {format.number(entry.to)})
        </span>
      ),
      width: 220,
    },
    {
      id: 'rows',
      header: t('rows'),
      value: (entry) => entry.rows,
      kind: 'count',
      width: 90,
    },
    {
      id: 'snapshot',
      header: t('snapshot'),
      value: (entry) => entry.snapshotIds.join(' '),
      cell: (entry) =>
        entry.snapshotIds.length === 0 ? (
          <span className="text-warn">{t('waiting')}</span>
        ) : (
          <span className="truncate font-mono text-xs">{entry.snapshotIds.join(', ')}</span>
        ),
      width: 220,
      hideOnPhone: true,
    },
    {
      id: 'recorded_at',
      header: t('recorded'),
      value: (entry) => entry.recordedAt,
      kind: 'time',
      width: 120,
      hideOnPhone: true,
    },
    {
      id: 'committed_at',
      header: t('committed'),
      value: (entry) => entry.committedAt,
      kind: 'time',
      width: 120,
      hideOnPhone: true,
    },
  ]
  return (
    <DataTable<LedgerEntry>
      name={`${source.name}-ledger`}
      urlKey="ledger"
      source={{ path: `/api/v1/sources/${source.id}/ledger`, refetchInterval: 5_000 }}
      columns={columns}
      filterFields={[]}
      plain
      rowId={(entry) => entry.id}
      empty={
        <EmptyState icon={BookOpenCheck} title={t('empty')}>
          {t('emptyHint')}
        </EmptyState>
      }
    />
  )
}
