'use client'

import { Ban, ListChecks } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { tableHref } from '#components/iceberg/table-path.ts'
import { CanaryCard } from '#components/maintenance/canary-card.tsx'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { AbsoluteTime, RelativeTime } from '#components/ui/time.tsx'
import type { RunDetail } from '#lib/api/runs.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useCan } from '#lib/client/use-me.ts'
import { BeforeAfter } from './before-after.tsx'
import { CpuTime } from './cpu-time.tsx'
import { ProblemCard } from './problem-card.tsx'
import { RunLog } from './run-log.tsx'
import { elapsedMs, kindName, subjectName, triggerName } from './run-names.ts'
import { RunProgress } from './run-progress.tsx'
import { isOpen, RunState } from './run-state.tsx'

const [openRefresh, restRefresh] = [1_500, 30_000]

/** A run: how far, how long, what it changed, its log; and a way to stop it. */
export function RunPage({ id }: { id: string }) {
  const t = useTranslations('streams')
  const [open, setOpen] = useState(true)
  const found = useApi<RunDetail>(`/api/v1/runs/${encodeURIComponent(id)}`, {
    refetchInterval: open ? openRefresh : restRefresh,
  })
  const run = found.data
  if (run && isOpen(run) !== open) setOpen(isOpen(run))
  useCrumb(id, run ? `${kindName(t, run.kind)} ${subjectName(run)}` : undefined)

  if (!run) {
    return (
      <Page>
        <PageHeader icon={ListChecks} title={t('run.title')} />
        {found.error ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <SkeletonLines lines={8} />
        )}
      </Page>
    )
  }
  return <LoadedRun run={run} />
}

function LoadedRun({ run }: { run: RunDetail }) {
  const t = useTranslations('streams')
  const format = useFormat()
  const elapsed = elapsedMs(run, Date.now())
  return (
    <Page>
      <PageHeader
        icon={ListChecks}
        title={`${kindName(t, run.kind)} · ${subjectName(run)}`}
        badge={<RunState run={run} />}
        facts={
          <>
            <span>
              {triggerName(t, run.trigger)} · {run.requestedBy}
            </span>
            <RelativeTime value={run.createdAt} />
            {elapsed !== null && <span>{format.duration(elapsed)}</span>}
          </>
        }
        action={<CancelButton run={run} />}
      />
      {run.problem && <ProblemCard problem={run.problem} requestId={run.requestId} />}
      {(isOpen(run) || run.progress.rows !== undefined || run.progress.bytes !== undefined) && (
        <Card>
          {run.startedAt ? (
            <RunProgress run={run} />
          ) : (
            <p className="text-soft text-sm">{t('run.waiting')}</p>
          )}
        </Card>
      )}
      {run.before && <BeforeAfter before={run.before} after={run.after} />}
      {run.canary && <CanaryCard canary={run.canary} />}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_28rem]">
        <Card title={t('run.log')} flush>
          <RunLog events={run.events} />
        </Card>
        <Card title={t('run.facts')}>
          <Facts run={run} />
        </Card>
      </div>
    </Page>
  )
}

const link = 'text-accent hover:underline'

function Facts({ run }: { run: RunDetail }) {
  const t = useTranslations('streams')
  const { table, source, pipeline } = run
  return (
    <KeyValueList
      items={[
        ...(table
          ? [
              {
                key: t('run.table'),
                value: (
                  <Link
                    className={link}
                    href={tableHref({
                      catalog: table.catalog,
                      namespace: table.namespace,
                      table: table.name,
                    })}
                  >
                    {table.namespace}.{table.name}
                  </Link>
                ),
              },
            ]
          : []),
        ...(source
          ? [
              {
                key: t('run.source'),
                value: (
                  <Link className={link} href={`/sources/${source.id}`}>
                    {source.name}
                  </Link>
                ),
              },
            ]
          : []),
        ...(pipeline
          ? [
              {
                key: t('run.pipeline'),
                value: (
                  <Link className={link} href={`/pipelines/${pipeline.id}`}>
                    {pipeline.name}
                  </Link>
                ),
              },
            ]
          : []),
        { key: t('run.created'), value: <AbsoluteTime value={run.createdAt} seconds /> },
        { key: t('run.started'), value: <AbsoluteTime value={run.startedAt} seconds /> },
        { key: t('run.finished'), value: <AbsoluteTime value={run.finishedAt} seconds /> },
        ...(isOpen(run) ? [{ key: t('run.beat'), value: <RelativeTime value={run.beatAt} /> }] : []),
        ...(run.cpu ? [{ key: t('run.cpu'), value: <CpuTime cpu={run.cpu} /> }] : []),
        ...(run.worker ? [{ key: t('run.worker'), value: run.worker, mono: true }] : []),
        { key: t('run.id'), value: run.id, copy: run.id, mono: true },
        ...(run.requestId
          ? [{ key: t('problem.requestId'), value: run.requestId, copy: run.requestId, mono: true }]
          : []),
      ]}
    />
  )
}

function CancelButton({ run }: { run: RunDetail }) {
  const t = useTranslations('streams.cancel')
  const [asking, setAsking] = useState(false)
  const allowed = useCan('engineer')
  const cancel = useApiMutation({
    method: 'POST',
    path: `/api/v1/runs/${run.id}/cancel`,
    body: () => undefined,
    refresh: ['/api/v1/runs', '/api/v1/sources'],
    onSuccess: () => {
      setAsking(false)
      toast.success(t('asked'))
    },
  })
  if (!isOpen(run) || !allowed) return null
  return (
    <>
      <Button
        icon={Ban}
        variant="danger-quiet"
        disabled={run.cancelRequested}
        onClick={() => setAsking(true)}
      >
        {run.cancelRequested ? t('stopping') : t('cancel')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('title')}
        action={t('confirm')}
        tone="normal"
        pending={cancel.isPending}
        problem={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        {t(run.kind === 'load' || run.kind === 'compaction' || run.kind === 'backup' ? run.kind : 'other')}
      </ConfirmDialog>
    </>
  )
}
