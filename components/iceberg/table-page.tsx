'use client'

import { Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { TableUpkeepMenu } from '#components/maintenance/table-upkeep-menu.tsx'
import { MaintenanceTab } from '#components/policies/maintenance-tab.tsx'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useChangeMenus, useTableSqlMenu } from './changes/use-changes.tsx'
import { CompactButton } from './compact-button.tsx'
import { FilesTab } from './files-tab.tsx'
import { HealthBadge } from './health-badge.tsx'
import { PartitionsTab } from './partitions-tab.tsx'
import { PreviewTab } from './preview/preview-tab.tsx'
import { PropertiesTab } from './properties-tab.tsx'
import { ReadOnlyBadge } from './read-only-badge.tsx'
import { SchemaTab } from './schema-tab.tsx'
import { SnapshotsTab } from './snapshots-tab.tsx'
import { TableOverview } from './table-overview.tsx'
import { fullName, type TablePath, tableApi } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

// Brings Arrow and duckdb-wasm along: only those who open the tab load it.
const ExploreTab = dynamic(() => import('./explore/explore-tab.tsx').then((module) => module.ExploreTab), {
  ssr: false,
  loading: () => <Skeleton className="h-80" />,
})

/** A table that was committed to within this time is looked at more often. */
const liveMs = 60_000
const [liveRefresh, idleRefresh] = [3_000, 15_000]

const isLive = (detail: TableDetail | undefined): boolean =>
  detail?.currentSnapshot != null && Date.now() - Date.parse(detail.currentSnapshot.committedAt) < liveMs

/** A table with its tabs. */
export function TablePage({ path }: { path: TablePath }) {
  const t = useTranslations('catalog.table')
  const format = useFormat()
  const found = useApi<TableDetail>(tableApi(path), { refetchInterval: liveRefresh })
  const detail = found.data
  const refetchInterval = isLive(detail) ? liveRefresh : idleRefresh
  const { readOnly } = useCatalogActions(path)
  const menu = [
    ...useTableSqlMenu(path, detail !== undefined && detail.id !== null),
    ...useChangeMenus(path.catalog).table(path),
  ]

  if (found.error && !detail) {
    return (
      <Page>
        <PageHeader icon={Table2} title={path.table} copyName={fullName(path)} />
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    )
  }
  return (
    <Page>
      <PageHeader
        icon={Table2}
        title={path.table}
        copyName={fullName(path)}
        {...(readOnly ? { badge: <ReadOnlyBadge /> } : {})}
        facts={
          detail ? (
            <>
              {detail.id !== null && <HealthBadge health={detail.health} />}
              <span>
                <Count value={detail.totals.records} compact /> {t('rows')}
              </span>
              <Bytes value={detail.totals.bytes} />
              <span>{t('files', { count: format.number(detail.totals.dataFiles) })}</span>
              <span>
                {t('committed')} <RelativeTime value={detail.currentSnapshot?.committedAt ?? null} />
              </span>
              <span>Iceberg v{detail.formatVersion}</span>
            </>
          ) : (
            <Skeleton className="h-4 w-80" />
          )
        }
        // Firn maintains the tables of its own catalog only.
        action={
          detail?.id === null ? undefined : (
            <>
              <TableUpkeepMenu path={path} disabled={!detail?.currentSnapshotId} />
              <CompactButton path={path} disabled={!detail?.currentSnapshotId} />
            </>
          )
        }
        menu={menu}
      />
      {detail ? (
        <Tabs
          label={t('tabs')}
          tabs={[
            {
              value: 'overview',
              label: t('tab.overview'),
              content: <TableOverview path={path} detail={detail} refetchInterval={refetchInterval} />,
            },
            {
              value: 'schema',
              label: t('tab.schema'),
              count: detail.schema.fields.length,
              content: <SchemaTab path={path} detail={detail} />,
            },
            {
              value: 'partitions',
              label: t('tab.partitions'),
              ...(detail.totals.partitions === null
                ? {}
                : { count: format.number(detail.totals.partitions) }),
              content: <PartitionsTab path={path} detail={detail} refetchInterval={refetchInterval} />,
            },
            {
              value: 'snapshots',
              label: t('tab.snapshots'),
              count: format.number(detail.snapshots),
              content: <SnapshotsTab path={path} refetchInterval={refetchInterval} />,
            },
            {
              value: 'files',
              label: t('tab.files'),
              count: format.number(detail.totals.dataFiles),
              content: <FilesTab path={path} detail={detail} refetchInterval={refetchInterval} />,
            },
            ...(detail.id === null
              ? []
              : [
                  {
                    value: 'maintenance',
                    label: t('tab.maintenance'),
                    content: <MaintenanceTab path={path} refetchInterval={refetchInterval} />,
                  },
                ]),
            { value: 'preview', label: t('tab.preview'), content: <PreviewTab path={path} /> },
            {
              value: 'properties',
              label: t('tab.properties'),
              content: <PropertiesTab path={path} detail={detail} />,
            },
            ...(detail.id === null
              ? []
              : [{ value: 'explore', label: t('tab.explore'), content: <ExploreTab path={path} /> }]),
          ]}
        />
      ) : (
        <div className="flex flex-col gap-4">
          <Skeleton className="h-9 w-full max-w-xl" />
          <Skeleton className="h-20 w-full" />
          <Skeleton className="h-80 w-full" />
        </div>
      )}
    </Page>
  )
}
