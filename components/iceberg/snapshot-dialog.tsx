'use client'

import { Ellipsis } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Bytes } from '#components/ui/amount.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { OperationBadge } from './operation-badge.tsx'
import { SnapshotMenu, type SnapshotQuestion, stagedId } from './snapshots/snapshot-menu.tsx'
import { type TablePath, tableHref } from './table-path.ts'

/** A snapshot with its whole summary. */
export function SnapshotDialog({
  path,
  snapshot,
  onAsk,
  onClose,
}: {
  path: TablePath
  snapshot: SnapshotItem
  onAsk: (question: SnapshotQuestion) => void
  onClose: () => void
}) {
  const t = useTranslations('catalog.snapshots')
  const format = useFormat()
  const menu = useTranslations('snapshots.menu')
  const staged = stagedId(snapshot)
  const summary = Object.entries(snapshot.summary).sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      size="lg"
      title={
        <span className="inline-flex flex-wrap items-center gap-2">
          <span className="font-mono text-base">{snapshot.snapshotId}</span>
          <OperationBadge operation={snapshot.operation} />
        </span>
      }
      description={
        <>
          <AbsoluteTime value={snapshot.committedAt} seconds />
          {snapshot.committedBy && ` · ${snapshot.committedBy}`}
        </>
      }
      footer={
        <>
          <Button asChild>
            <Link href={tableHref(path, 'files', `snapshot:${snapshot.snapshotId}`)}>{t('addedFiles')}</Link>
          </Button>
          <SnapshotMenu
            path={path}
            snapshot={snapshot}
            onAsk={onAsk}
            trigger={<Button icon={Ellipsis}>{t('actions')}</Button>}
          />
        </>
      }
    >
      <div className="mb-4 grid grid-cols-3 gap-px overflow-hidden rounded-md border border-line bg-line text-sm [&>*]:bg-surface [&>*]:px-3 [&>*]:py-2">
        {(['added', 'removed', 'totals'] as const).map((side) => (
          <div key={side}>
            <p className="text-faint text-xs">{t(side)}</p>
            <p>{t('filesCount', { count: format.number(snapshot[side].dataFiles) })}</p>
            <p>{t('rowsCount', { count: format.number(snapshot[side].records) })}</p>
            <p>
              <Bytes value={snapshot[side].bytes} />
            </p>
          </div>
        ))}
      </div>
      {staged !== null && <p className="mb-4 text-soft text-sm">{menu('stagedHint', { id: staged })}</p>}
      <KeyValueList
        items={[
          {
            key: t('parent'),
            value: snapshot.parentSnapshotId ?? '–',
            mono: true,
            ...(snapshot.parentSnapshotId ? { copy: snapshot.parentSnapshotId } : {}),
          },
          { key: t('sequence'), value: snapshot.sequenceNumber, mono: true },
          { key: t('schema'), value: snapshot.schemaId ?? '–' },
          {
            key: t('manifestList'),
            value: snapshot.manifestList,
            copy: snapshot.manifestList,
            mono: true,
          },
        ]}
      />
      <h3 className="mt-4 mb-1 font-semibold text-sm">{t('summary')}</h3>
      <KeyValueList
        items={summary.map(([key, value]) => ({
          key: <span className="break-all font-mono text-xs">{key}</span>,
          value,
          copy: value,
          mono: true,
        }))}
      />
    </Dialog>
  )
}
