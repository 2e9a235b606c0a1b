'use client'

import { Files, Trash2, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useCatalogActions } from '#components/iceberg/tree/use-catalog-actions.ts'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { QuarantinedRunView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { PurgeDialog } from './purge-dialog.tsx'
import { TableName } from './table-name.tsx'
import { useRestore } from './use-restore.ts'

/** What waits in quarantine by the run that put it there, to be undone or deleted as a whole. */
export function QuarantinedRuns({
  runs,
  onShow,
}: {
  runs: readonly QuarantinedRunView[] | undefined
  /** Shows the files of a run. */
  onShow: (runId: string) => void
}) {
  const t = useTranslations('maintenance')
  const format = useFormat()
  const [undoing, setUndoing] = useState<QuarantinedRunView | null>(null)
  const [purging, setPurging] = useState<QuarantinedRunView | null>(null)
  const restore = useRestore()
  if (!runs || runs.length === 0) return null
  return (
    <Card title={t('quarantine.runs')} description={t('quarantine.runsHint')} flush>
      <ul className="divide-y divide-line text-sm">
        {runs.map((run) => (
          <li key={run.runId} className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2">
            <span className="min-w-0 flex-1 basis-56">
              <Link href={`/runs/${run.runId}`} className="font-medium hover:underline">
                {t(`action.${run.action}`)}
              </Link>{' '}
              <TableName table={run.table} />
            </span>
            <span className="text-soft">
              {t('result.files', { count: format.number(run.files), bytes: format.bytes(run.bytes) })}
            </span>
            <span className="text-faint text-xs">
              {t.rich('quarantine.until', { time: () => <RelativeTime value={run.purgeAfter} /> })}
            </span>
            <span className="flex gap-2">
              <Button size="sm" icon={Files} onClick={() => onShow(run.runId)}>
                {t('quarantine.show')}
              </Button>
              <RunActions run={run} onUndo={() => setUndoing(run)} onPurge={() => setPurging(run)} />
            </span>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={undoing !== null}
        onOpenChange={(open) => {
          if (!open) setUndoing(null)
        }}
        title={t('undo.title')}
        action={t('undo.button')}
        tone="normal"
        pending={restore.isPending}
        problem={restore.error}
        onConfirm={() =>
          undoing && restore.mutate({ runId: undoing.runId }, { onSuccess: () => setUndoing(null) })
        }
      >
        {undoing && t(`undo.text.${undoing.action}`)}
      </ConfirmDialog>
      <PurgeDialog
        chosen={
          purging && { selection: { runId: purging.runId }, files: purging.files, bytes: purging.bytes }
        }
        onClose={() => setPurging(null)}
      />
    </Card>
  )
}

function RunActions({
  run: { table },
  onUndo,
  onPurge,
}: {
  run: QuarantinedRunView
  onUndo: () => void
  onPurge: () => void
}) {
  const t = useTranslations('maintenance')
  const { changeTable } = useCatalogActions({ ...table, table: table.name, dropped: table.id })
  if (!changeTable) return null
  return (
    <>
      <Button size="sm" icon={Undo2} onClick={onUndo}>
        {t('undo.button')}
      </Button>
      <Button size="sm" icon={Trash2} variant="danger-quiet" onClick={onPurge}>
        {t('quarantine.purge')}
      </Button>
    </>
  )
}
