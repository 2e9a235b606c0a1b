'use client'

import { ShieldCheck, Trash2, Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Select } from '#components/ui/select.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { QuarantinedFileView, QuarantineSummary } from '#lib/api/maintenance.ts'
import { useApi } from '#lib/client/use-api.ts'
import { nameBelow } from './plan-items.tsx'
import { FileState, KindBadge, quarantineApi } from './plan-names.tsx'
import { PurgeDialog } from './purge-dialog.tsx'
import { QuarantinedRuns } from './quarantined-runs.tsx'
import { TableName } from './table-name.tsx'
import { useRestore } from './use-restore.ts'

const states = ['quarantined', 'purging', 'purged', 'restored', 'kept'] as const

/** Files that are to be deleted, and how to keep them. */
export function QuarantinePage() {
  const t = useTranslations('maintenance')
  const [chosen, setChosen] = useQueryStates({
    state: parseAsString.withDefault('quarantined'),
    run: parseAsString.withDefault(''),
  })
  const summary = useApi<QuarantineSummary>(`${quarantineApi}/summary`, { refetchInterval: 5_000 })
  const [purging, setPurging] = useState<QuarantinedFileView | null>(null)
  const restore = useRestore()
  const columns = useColumns()
  const of = (state: (typeof states)[number]) => {
    const found = summary.data?.states.find((one) => one.state === state)
    return summary.data ? (found ?? { files: 0, bytes: 0 }) : undefined
  }
  return (
    <Page>
      <PageHeader
        icon={ShieldCheck}
        title={t('quarantine.title')}
        description={t('quarantine.description')}
      />
      <StatRow>
        {states
          .filter((state) => state !== 'purging')
          .map((state) => (
            <Stat
              key={state}
              label={t(`fileState.${state}`)}
              value={of(state) && <Count value={of(state)?.files} />}
              note={<Bytes value={of(state)?.bytes ?? 0} />}
            />
          ))}
      </StatRow>
      <QuarantinedRuns runs={summary.data?.runs} onShow={(run) => void setChosen({ run })} />
      <DataTable<QuarantinedFileView>
        name="quarantine"
        source={{
          path: quarantineApi,
          query: {
            state: chosen.state === 'all' ? undefined : chosen.state,
            run: chosen.run || undefined,
          },
          refetchInterval: 5_000,
        }}
        columns={columns}
        filterFields={[]}
        filterPlaceholder={t('searchLocation')}
        rowId={(file) => file.id}
        toolbar={
          <>
            <Select
              aria-label={t('column.state')}
              value={chosen.state}
              onChange={(state) => void setChosen({ state })}
              options={[
                ...states.map((state) => ({ value: state, label: t(`fileState.${state}`) })),
                { value: 'all', label: t('quarantine.allStates') },
              ]}
              className="w-40"
            />
            {chosen.run && (
              <Button size="sm" onClick={() => void setChosen({ run: null })}>
                {t('quarantine.allRuns')}
              </Button>
            )}
          </>
        }
        rowActionsWidth={88}
        rowActions={(file) =>
          file.state === 'quarantined' && (
            <FileActions
              file={file}
              onRestore={() => restore.mutate({ ids: [file.id] })}
              onPurge={() => setPurging(file)}
            />
          )
        }
        empty={
          <EmptyState icon={ShieldCheck} title={t('quarantine.empty')}>
            {t('quarantine.emptyHint')}
          </EmptyState>
        }
      />
      <PurgeDialog
        chosen={purging && { selection: { ids: [purging.id] }, files: 1, bytes: purging.bytes }}
        onClose={() => setPurging(null)}
      />
    </Page>
  )
}

function FileActions({
  file: { table },
  onRestore,
  onPurge,
}: {
  file: QuarantinedFileView
  onRestore: () => void
  onPurge: () => void
}) {
  const t = useTranslations('maintenance.quarantine')
  const { changeTable } = useCatalogActions({ ...table, table: table.name, dropped: table.id })
  if (!changeTable) return null
  return (
    <span className="flex">
      <IconButton icon={Undo2} label={t('restore')} onClick={onRestore} />
      <IconButton icon={Trash2} label={t('purge')} onClick={onPurge} />
    </span>
  )
}

function useColumns(): DataColumn<QuarantinedFileView>[] {
  const t = useTranslations('maintenance')
  return useMemo(
    () => [
      {
        id: 'location',
        header: t('column.location'),
        value: (file) => file.location,
        cell: (file) => (
          <span className="truncate font-mono text-xs" title={file.location}>
            {nameBelow(file.location)}
          </span>
        ),
        width: 320,
        filterable: false,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        value: (file) => file.kind,
        cell: (file) => <KindBadge kind={file.kind} />,
        width: 120,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'state',
        header: t('column.state'),
        value: (file) => file.reason ?? file.state,
        cell: (file) => (
          <span className="truncate" title={file.reason ?? undefined}>
            <FileState state={file.state} />
            {file.reason && <span className="ml-1.5 text-faint text-xs">{file.reason}</span>}
          </span>
        ),
        width: 170,
        filterable: false,
      },
      {
        id: 'table',
        header: t('column.table'),
        value: (file) => `${file.table.namespace}.${file.table.name}`,
        cell: (file) => <TableName table={file.table} />,
        width: 190,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'bytes',
        header: t('column.bytes'),
        value: (file) => file.bytes,
        kind: 'bytes',
        width: 90,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'purgeAfter',
        header: t('column.purgeAfter'),
        value: (file) => file.purgeAfter,
        cell: (file) => (
          <RelativeTime value={file.state === 'quarantined' ? file.purgeAfter : file.changedAt} />
        ),
        width: 120,
        filterable: false,
      },
    ],
    [t],
  )
}
