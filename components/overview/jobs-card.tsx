'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { elapsedMs, kindName, subjectName } from '#components/pipelines/run-names.ts'
import { RunProgress } from '#components/pipelines/run-progress.tsx'
import { isOpen, RunState } from '#components/pipelines/run-state.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useOpenRuns } from './overview-data.ts'

/** The jobs that are going on with their progress, then the latest that ended. */
export function JobsCard() {
  const t = useTranslations('overview.runs')
  const open = useOpenRuns()
  const latest = useApi<ApiPage<RunItem>>('/api/v1/runs', {
    query: { state: 'succeeded,failed,cancelled', limit: 5 },
    refetchInterval: 3_000,
  })
  const error = open.error ?? latest.error
  const going = open.data?.items ?? []
  const runs = [
    ...going,
    ...(latest.data?.items ?? []).filter(({ id }) => !going.some((run) => run.id === id)),
  ]
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Button asChild size="sm">
          <Link href="/runs">{t('all')}</Link>
        </Button>
      }
    >
      {open.data && latest.data ? (
        runs.length > 0 ? (
          <ul className="divide-y divide-line text-sm">
            {runs.slice(0, Math.max(5, going.length)).map((run) => (
              <Job key={run.id} run={run} />
            ))}
          </ul>
        ) : (
          <p className="p-4 text-soft text-sm">{t('none')}</p>
        )
      ) : error ? (
        <ErrorState error={error} />
      ) : (
        <div className="p-4">
          <SkeletonLines lines={4} />
        </div>
      )}
    </Card>
  )
}

function Job({ run }: { run: RunItem }) {
  const t = useTranslations('streams')
  const format = useFormat()
  const elapsed = elapsedMs(run, Date.now())
  return (
    <li>
      <Link href={`/runs/${run.id}`} className="flex flex-col gap-1 px-4 py-2 hover:bg-subtle">
        <span className="flex min-w-0 items-center gap-2">
          <span className="min-w-0 flex-1 truncate">
            <span className="font-medium">{kindName(t, run.kind)}</span>{' '}
            <span className="text-soft">{subjectName(run)}</span>
          </span>
          <RunState run={run} />
        </span>
        {isOpen(run) ? (
          run.startedAt ? (
            <RunProgress run={run} />
          ) : (
            <span className="text-faint text-xs">{t('run.waiting')}</span>
          )
        ) : (
          <span className="flex justify-between gap-2 text-faint text-xs">
            <RelativeTime value={run.finishedAt ?? run.createdAt} />
            {elapsed !== null && <span>{format.duration(elapsed)}</span>}
          </span>
        )}
        {run.problem && <span className="truncate text-bad text-xs">{run.problem.message}</span>}
      </Link>
    </li>
  )
}
