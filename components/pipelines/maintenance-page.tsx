'use client'

import { useQueries } from '@tanstack/react-query'
import { Blocks, HeartPulse } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { CompactButton } from '#components/iceberg/compact-button.tsx'
import { HealthBadge } from '#components/iceberg/health-badge.tsx'
import { tableHref } from '#components/iceberg/table-path.ts'
import { PlansTable } from '#components/maintenance/plans-table.tsx'
import { QuarantineCard } from '#components/maintenance/quarantine-card.tsx'
import { Section } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import type { CatalogItem, OwnTable } from '#lib/api/catalog-schemas.ts'
import type { RunItem } from '#lib/api/runs.ts'
import { type ApiProblem, apiGet } from '#lib/client/api.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { CompactionRules } from './compaction-rules.tsx'
import { useRunColumns } from './run-columns.tsx'

/** Every table that Firn maintains: those of the built-in catalog. */
function useAllTables() {
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', { query: { limit: 200 } })
  const ownCatalogs = (catalogs.data?.items ?? []).filter(({ kind }) => kind === 'built-in')
  const pages = useQueries({
    queries: ownCatalogs.map(({ name }) => {
      const path = `/api/v1/catalogs/${encodeURIComponent(name)}/tables`
      return {
        queryKey: [path, { limit: 1_000 }],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          apiGet<ApiPage<OwnTable>>(path, { limit: 1_000 }, signal),
        refetchInterval: 5_000,
      }
    }),
  })
  const error = (catalogs.error ?? pages.find((page) => page.error)?.error ?? null) as ApiProblem | null
  const complete = catalogs.data !== undefined && pages.every((page) => page.data !== undefined)
  return {
    tables: complete ? pages.flatMap((page) => page.data?.items ?? []) : undefined,
    error: complete ? null : error,
    retry: () => {
      void catalogs.refetch()
      for (const page of pages) void page.refetch()
    },
  }
}

/** Kinds of runs that maintain tables. */
const upkeepKinds = [
  'compaction',
  'tag-snapshots',
  'expire-snapshots',
  'remove-orphan-files',
  'rewrite-manifests',
  'delete-old-rows',
  'purge-dropped-table',
  'purge-quarantine',
] as const

/** What the autopilot did, which tables need care, and the rule it follows. */
export function MaintenancePage() {
  const t = useTranslations('streams.maintenance')
  const plans = useTranslations('maintenance')
  const { tables, error, retry } = useAllTables()
  const runColumns = useRunColumns()
  const columns = useTableColumns()
  return (
    <Page>
      <PageHeader icon={Blocks} title={t('title')} description={t('description')} />
      <CompactionRules tables={tables} />
      <Section title={t('health')} description={t('healthHint')}>
        <DataTable<OwnTable>
          name="table-health"
          urlKey="tables"
          rows={tables}
          error={error}
          onRetry={retry}
          columns={columns}
          defaultSort="health"
          rowId={(item) => item.id}
          href={({ catalog, namespace, name: table }) => tableHref({ catalog, namespace, table })}
          rowActions={({ catalog, namespace, name: table, currentSnapshotId }) => (
            <CompactButton path={{ catalog, namespace, table }} disabled={!currentSnapshotId} />
          )}
          empty={
            <EmptyState icon={HeartPulse} title={t('noTables')}>
              {t('noTablesHint')}
            </EmptyState>
          }
        />
      </Section>
      <QuarantineCard />
      <Section title={plans('plans')} description={plans('plansHint')}>
        <PlansTable />
      </Section>
      <Section title={t('runs')}>
        <DataTable<RunItem>
          name="maintenance-runs"
          urlKey="runs"
          source={{ path: '/api/v1/runs', query: { kind: upkeepKinds.join(',') }, refetchInterval: 4_000 }}
          columns={runColumns}
          filterFields={[]}
          rowId={(run) => run.id}
          href={(run) => `/runs/${run.id}`}
          empty={
            <EmptyState icon={Blocks} title={t('noRuns')}>
              {t('noRunsHint')}
            </EmptyState>
          }
        />
      </Section>
    </Page>
  )
}

function useTableColumns(): DataColumn<OwnTable>[] {
  const t = useTranslations('streams.maintenance')
  const format = useFormat()
  return useMemo(
    () => [
      {
        id: 'table',
        header: t('table'),
        value: (item) => `${item.namespace}.${item.name}`,
        cell: (item) => (
          <span className="font-mono text-xs">
            <span className="hidden text-faint sm:inline">{item.namespace}.</span>
            {item.name}
          </span>
        ),
      },
      {
        id: 'health',
        header: t('score'),
        value: (item) => item.health?.score ?? null,
        cell: (item) => <HealthBadge health={item.health} />,
      },
      {
        id: 'mergeable',
        header: t('mergeable'),
        value: (item) => item.health?.mergeableFiles ?? null,
        cell: (item) => (item.health ? format.number(item.health.mergeableFiles) : '–'),
        align: 'right',
      },
      {
        id: 'files',
        header: t('files'),
        value: (item) => item.dataFiles,
        kind: 'count',
        hideOnPhone: true,
      },
      {
        id: 'average',
        header: t('average'),
        value: (item) => (item.dataFiles === 0 ? null : item.averageFileBytes),
        kind: 'bytes',
        hideOnPhone: true,
      },
    ],
    [t, format],
  )
}
