'use client'

import { Download, RefreshCw, Rows3 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { TablePreview } from '#lib/api/preview.ts'
import { downloadText, toCsv } from '#lib/client/csv.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { cellText } from './cell-text.ts'
import { PreviewTable } from './preview-table.tsx'
import { RowDialog } from './row-dialog.tsx'
import { SnapshotSelect } from './snapshot-select.tsx'
import { parseState, stateText } from './table-state.ts'

const rows = 100

/** The first rows of the table at a branch, tag or snapshot, which is in the address. */
export function PreviewTab({ path }: { path: TablePath }) {
  const t = useTranslations('snapshots.preview')
  const [at, setAt] = useQueryState('at', parseAsString)
  const [opened, setOpened] = useState<number | null>(null)
  const state = parseState(at)
  const found = useApi<TablePreview>(`${tableApi(path)}/preview`, {
    // A table without commits has no main yet.
    query: { ...(at === null ? {} : state), limit: rows },
    // A branch moves with each commit; rows that change under the eyes are of no use.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const preview = found.data
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SnapshotSelect
          path={path}
          value={state}
          label={t('at')}
          onChange={(chosen) => {
            setOpened(null)
            void setAt(stateText(chosen))
          }}
        />
        <IconButton
          icon={RefreshCw}
          label={t('again')}
          variant="secondary"
          disabled={found.isFetching}
          onClick={() => void found.refetch()}
        />
        {preview && <Facts preview={preview} />}
        {preview && preview.rows.length > 0 && (
          <Button
            size="sm"
            icon={Download}
            className="ml-auto"
            onClick={() => downloadText(`${path.table}-preview.csv`, csvOf(preview))}
          >
            CSV
          </Button>
        )}
      </div>
      {found.error ? (
        <div className="rounded-md border border-line bg-surface">
          <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
        </div>
      ) : !preview ? (
        <Skeleton className="h-96" />
      ) : preview.rows.length === 0 ? (
        <div className="rounded-md border border-line bg-surface">
          <EmptyState icon={Rows3} title={t('empty')}>
            {t(preview.snapshotId === null ? 'noSnapshot' : preview.complete ? 'noRows' : 'noRowsFound')}
          </EmptyState>
        </div>
      ) : (
        <PreviewTable preview={preview} label={t('label')} onOpen={setOpened} />
      )}
      {preview && opened !== null && (
        <RowDialog preview={preview} row={opened} onMove={setOpened} onClose={() => setOpened(null)} />
      )}
    </div>
  )
}

function Facts({ preview }: { preview: TablePreview }) {
  const t = useTranslations('snapshots.preview')
  const format = useFormat()
  if (preview.snapshotId === null) return null
  const words = {
    rows: format.number(preview.rows.length),
    read: format.number(preview.filesRead),
    total: format.number(preview.filesTotal),
    duration: format.duration(preview.milliseconds),
  }
  return (
    <p className="text-faint text-xs">
      {t(preview.complete ? 'all' : 'first', words)}
      {' · '}
      <AbsoluteTime value={preview.committedAt} seconds />
      {' · '}
      {t('utc')}
    </p>
  )
}

const csvOf = ({ columns, rows: all }: TablePreview): string =>
  toCsv([columns.map(({ name }) => name), ...all.map((values) => values.map(cellText))])
