'use client'

import { GitBranch, Tag } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { ReferenceItem } from '#lib/api/snapshots.ts'
import { useFormat } from '#lib/client/use-format.ts'
import type { TablePath } from '../table-path.ts'
import { ReferenceActions } from './reference-actions.tsx'
import { useReferences } from './use-references.ts'

/** A branch or a tag by its name, told apart by its sign. */
export function ReferenceBadge({ name, type }: { name: string; type: 'branch' | 'tag' | undefined }) {
  return (
    <Badge
      tone={name === 'main' ? 'accent' : type === 'tag' ? 'warn' : 'ok'}
      icon={type === 'tag' ? Tag : GitBranch}
      className="max-w-40"
    >
      <span className="truncate">{name}</span>
    </Badge>
  )
}

/** A table's branches and tags: where each is, how it stands against main, how long it is kept. */
export function ReferencesCard({
  path,
  refetchInterval,
  onOpenSnapshot,
}: {
  path: TablePath
  refetchInterval: number
  onOpenSnapshot: (snapshotId: string) => void
}) {
  const t = useTranslations('snapshots.refs')
  const references = useReferences(path, refetchInterval)
  const items = references.data?.items
  const main = items?.find(({ name }) => name === 'main')
  const columns: DataColumn<ReferenceItem>[] = [
    {
      id: 'name',
      header: t('name'),
      value: (item) => item.name,
      cell: (item) => <ReferenceBadge name={item.name} type={item.type} />,
    },
    {
      id: 'committed',
      header: t('committed'),
      value: (item) => item.committedAt,
      kind: 'time',
    },
    {
      id: 'main',
      header: t('main'),
      value: (item) => item.ahead,
      cell: (item) => <AgainstMain item={item} />,
    },
    {
      id: 'rows',
      header: t('rows'),
      value: (item) => item.records,
      kind: 'count',
      hideOnPhone: true,
    },
    { id: 'kept', header: t('kept'), value: (item) => item.expiresAt, cell: (item) => <Kept item={item} /> },
    {
      id: 'snapshot',
      header: t('snapshot'),
      value: (item) => item.snapshotId,
      cell: (item) => <span className="font-mono text-xs">{item.snapshotId}</span>,
      hideOnPhone: true,
    },
  ]
  return (
    <Card title={t('title')} description={t('description')} flush>
      <DataTable<ReferenceItem>
        name={t('title')}
        urlKey="refs"
        plain
        bare
        rows={items}
        error={items ? null : references.error}
        onRetry={() => void references.refetch()}
        columns={columns}
        rowId={(item) => item.name}
        onOpen={(item) => onOpenSnapshot(item.snapshotId)}
        rowActions={(item) => <ReferenceActions path={path} reference={item} main={main} />}
        empty={
          <EmptyState icon={GitBranch} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        }
      />
    </Card>
  )
}

function AgainstMain({ item }: { item: ReferenceItem }) {
  const t = useTranslations('snapshots.refs')
  const format = useFormat()
  if (item.name === 'main') return <span className="text-faint">{t('isMain')}</span>
  const parts = [
    item.ahead > 0 && t('ahead', { count: format.number(item.ahead) }),
    item.behind > 0 && t('behind', { count: format.number(item.behind) }),
  ].filter(Boolean)
  return <span className="whitespace-nowrap">{parts.length > 0 ? parts.join(', ') : t('same')}</span>
}

function Kept({ item }: { item: ReferenceItem }) {
  const t = useTranslations('snapshots.refs')
  const format = useFormat()
  const { expiresAt, minSnapshotsToKeep: least, maxSnapshotAgeMs } = item
  return (
    <span className="whitespace-nowrap">
      {expiresAt ? t.rich('until', { time: () => <AbsoluteTime value={expiresAt} /> }) : t('forever')}
      {least !== null && ` · ${t('atLeast', { count: format.number(least) })}`}
      {maxSnapshotAgeMs !== null && ` · ${t('young', { duration: format.duration(maxSnapshotAgeMs) })}`}
    </span>
  )
}
