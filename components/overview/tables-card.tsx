'use client'

import { Table2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { HealthBadge } from '#components/iceberg/health-badge.tsx'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { OwnTable } from '#lib/api/catalog-schemas.ts'
import { useLiveTables } from './overview-data.ts'

/** The tables with health, size and last commit. */
export function TablesCard() {
  const t = useTranslations('overview.tables')
  const { tables, loading, error } = useLiveTables()
  const columns = useMemo<DataColumn<OwnTable>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        value: ({ name }) => name,
        cell: ({ namespace, name }) => (
          <span className="font-mono text-xs" title={`${namespace}.${name}`}>
            {name}
          </span>
        ),
      },
      {
        id: 'health',
        header: t('health'),
        value: ({ health }) => health?.score,
        cell: ({ health }) => <HealthBadge health={health} />,
      },
      {
        id: 'rows',
        header: t('rows'),
        align: 'right',
        value: ({ records }) => records,
        cell: ({ records }) => <Count value={records} compact />,
      },
      {
        id: 'files',
        header: t('files'),
        align: 'right',
        value: ({ dataFiles }) => dataFiles,
        cell: ({ dataFiles }) => <Count value={dataFiles} />,
      },
      {
        id: 'average',
        header: t('average'),
        align: 'right',
        hideOnPhone: true,
        value: ({ averageFileBytes }) => averageFileBytes,
        cell: ({ averageFileBytes, dataFiles }) =>
          dataFiles > 0 ? <Bytes value={averageFileBytes} /> : <span className="text-faint">–</span>,
      },
      {
        id: 'commit',
        header: t('commit'),
        align: 'right',
        hideOnPhone: true,
        value: ({ lastCommitAt }) => lastCommitAt,
        kind: 'time',
      },
    ],
    [t],
  )
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button asChild size="sm">
          <Link href="/catalogs">{t('all')}</Link>
        </Button>
      }
    >
      <DataTable
        name={t('title')}
        urlKey="tables"
        bare
        plain
        rows={loading ? undefined : tables}
        error={tables.length > 0 ? null : error}
        columns={columns}
        rowId={({ id }) => id}
        href={({ catalog, namespace, name }) =>
          `/catalogs/${[catalog, namespace, name].map(encodeURIComponent).join('/')}`
        }
        empty={
          <EmptyState icon={Table2} title={t('empty')}>
            {t('emptyText')}
          </EmptyState>
        }
      />
    </Card>
  )
}
