'use client'

import { Camera } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { ListedSnapshot } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { CompareView } from './compare/compare-view.tsx'
import { comparedText, parseCompared } from './compare/compared-states.ts'
import { OperationBadge } from './operation-badge.tsx'
import { SnapshotDialog } from './snapshot-dialog.tsx'
import { CherryPickDialog } from './snapshots/cherry-pick-dialog.tsx'
import { CreateReferenceDialog } from './snapshots/create-reference-dialog.tsx'
import { GraphCell } from './snapshots/graph-cell.tsx'
import { ReferenceBadge, ReferencesCard } from './snapshots/references-card.tsx'
import { RollbackDialog } from './snapshots/rollback-dialog.tsx'
import { SnapshotMenu, type SnapshotQuestion, stagedId } from './snapshots/snapshot-menu.tsx'
import { useReferences } from './snapshots/use-references.ts'
import { type TablePath, tableApi } from './table-path.ts'

function Change({ added, removed }: { added: number; removed: number }) {
  const format = useFormat()
  return (
    <span className="whitespace-nowrap">
      {added > 0 && <span className="text-ok">+{format.number(added)}</span>}
      {added > 0 && removed > 0 && ' '}
      {removed > 0 && <span className="text-bad">−{format.number(removed)}</span>}
      {added === 0 && removed === 0 && <span className="text-faint">0</span>}
    </span>
  )
}

/** A table's snapshots, newest first: what each did, who committed it, and what came of it. */
export function SnapshotsTab({ path, refetchInterval }: { path: TablePath; refetchInterval: number }) {
  const t = useTranslations('catalog.snapshots')
  const _format = useFormat()
  const [linked, setLinked] = useQueryState('snapshot', parseAsString)
  const menu = useTranslations('snapshots.menu')
  const [compared, setCompared] = useQueryState('compare', parseAsString.withOptions({ history: 'push' }))
  const [chosen, setChosen] = useState<ListedSnapshot | null>(null)
  const [asked, setAsked] = useState<{ question: SnapshotQuestion; snapshot: ListedSnapshot } | null>(null)
  const references = useReferences(path, refetchInterval)
  const typeOf = (name: string) => references.data?.items.find((one) => one.name === name)?.type
  const search = useApi<ApiPage<ListedSnapshot>>(
    linked && chosen?.snapshotId !== linked ? `${tableApi(path)}/snapshots` : null,
    { query: { filter: `id:${linked}`, limit: 1 } },
  )
  const shown =
    linked === null ? null : chosen?.snapshotId === linked ? chosen : (search.data?.items[0] ?? null)

  const open = (item: ListedSnapshot) => {
    setChosen(item)
    void setLinked(item.snapshotId)
  }

  const columns: DataColumn<ListedSnapshot>[] = [
    {
      id: 'id',
      header: t('id'),
      value: (item) => item.snapshotId,
      width: 380,
      cell: (item) => (
        <span className="flex min-w-0 max-w-full items-center gap-1.5">
          <GraphCell snapshot={item} />
          {item.refs.map((ref) => (
            <ReferenceBadge key={ref} name={ref} type={typeOf(ref)} />
          ))}
          {stagedId(item) !== null && <Badge>{menu('staged')}</Badge>}
          <span className="min-w-0 truncate font-mono text-xs">{item.snapshotId}</span>
        </span>
      ),
    },
    {
      id: 'committed_at',
      header: t('committed'),
      value: (item) => item.committedAt,
      kind: 'time',
      width: 120,
    },
    {
      id: 'operation',
      header: t('operation'),
      value: (item) => item.operation,
      cell: (item) => <OperationBadge operation={item.operation} />,
      width: 110,
    },
    {
      id: 'by',
      header: t('by'),
      value: (item) => item.committedBy,
      cell: (item) => <span className="truncate">{item.committedBy ?? '–'}</span>,
      width: 150,
      hideOnPhone: true,
    },
    {
      id: 'rows',
      header: t('rows'),
      value: (item) => item.added.records - item.removed.records,
      cell: (item) =>
        item.operation === 'replace' ? (
          <span className="text-faint">{t('unchanged')}</span>
        ) : (
          <Change added={item.added.records} removed={item.removed.records} />
        ),
      align: 'right',
      width: 110,
    },
    {
      id: 'files',
      header: t('files'),
      value: (item) => item.added.dataFiles - item.removed.dataFiles,
      cell: (item) => <Change added={item.added.dataFiles} removed={item.removed.dataFiles} />,
      align: 'right',
      width: 120,
    },
    {
      id: 'total_files',
      header: t('totalFiles'),
      value: (item) => item.totals.dataFiles,
      kind: 'count',
      width: 100,
      hideOnPhone: true,
    },
    {
      id: 'total_bytes',
      header: t('totalBytes'),
      value: (item) => item.totals.bytes,
      kind: 'bytes',
      width: 110,
      hideOnPhone: true,
    },
  ]
  const ask = (snapshot: ListedSnapshot, question: SnapshotQuestion) => {
    void setLinked(null)
    setAsked({ snapshot, question })
  }
  const close = () => setAsked(null)
  const states = parseCompared(compared)
  if (states) {
    return (
      <CompareView
        path={path}
        states={states}
        onChange={(chosen) => void setCompared(comparedText(chosen))}
        onClose={() => void setCompared(null)}
      />
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <ReferencesCard
        path={path}
        refetchInterval={refetchInterval}
        onOpenSnapshot={(snapshotId) => void setLinked(snapshotId)}
      />
      <DataTable<ListedSnapshot>
        name={`${path.table}-snapshots`}
        urlKey="snapshots"
        source={{ path: `${tableApi(path)}/snapshots`, refetchInterval }}
        columns={columns}
        filterFields={['operation', 'by', 'id', 'schema', 'ref', 'current']}
        rowId={(item) => item.snapshotId}
        onOpen={open}
        rowActions={(item) => (
          <SnapshotMenu path={path} snapshot={item} onAsk={(question) => ask(item, question)} />
        )}
        empty={
          <EmptyState icon={Camera} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        }
      />
      {shown && (
        <SnapshotDialog
          path={path}
          snapshot={shown}
          onAsk={(question) => ask(shown, question)}
          onClose={() => void setLinked(null)}
        />
      )}
      {asked?.question === 'rollback' && (
        <RollbackDialog path={path} snapshot={asked.snapshot} onClose={close} />
      )}
      {asked?.question === 'cherry-pick' && (
        <CherryPickDialog path={path} snapshot={asked.snapshot} onClose={close} />
      )}
      {asked?.question === 'reference' && (
        <CreateReferenceDialog path={path} snapshotId={asked.snapshot.snapshotId} onClose={close} />
      )}
    </div>
  )
}
