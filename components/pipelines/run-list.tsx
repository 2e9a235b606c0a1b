'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { ErrorState } from '#components/ui/error-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { elapsedMs, kindName, subjectName, triggerName } from './run-names.ts'
import { RunProgress } from './run-progress.tsx'
import { isOpen, RunState } from './run-state.tsx'

/** The latest runs in short lines; those that are going on show how far they are. */
export function RunList({
  query,
  empty,
}: {
  query: Record<string, string | number>
  /** What is said when there are none. */
  empty: string
}) {
  const t = useTranslations('streams')
  const format = useFormat()
  const runs = useApi<ApiPage<RunItem>>('/api/v1/runs', {
    query,
    refetchInterval: 3_000,
    keepPrevious: true,
  })
  if (runs.error && !runs.data) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
  if (!runs.data) {
    return (
      <div className="p-4">
        <SkeletonLines lines={4} />
      </div>
    )
  }
  if (runs.data.items.length === 0) return <p className="p-4 text-soft text-sm">{empty}</p>
  return (
    <ul className="divide-y divide-line text-sm">
      {runs.data.items.map((run) => {
        const elapsed = elapsedMs(run, Date.now())
        return (
          <li key={run.id} className="px-4 py-2 hover:bg-subtle">
            <Link href={`/runs/${run.id}`} className="flex flex-wrap items-center gap-x-4 gap-y-0.5">
              <span className="w-24 shrink-0">
                <RunState run={run} />
              </span>
              <span className="min-w-0 flex-1 basis-40 truncate">
                {kindName(t, run.kind)} <span className="text-faint">{subjectName(run)}</span>
              </span>
              <span className="text-faint text-xs sm:w-28 sm:text-right">{triggerName(t, run.trigger)}</span>
              <span className="text-soft text-xs max-sm:empty:hidden sm:w-16 sm:text-right">
                {elapsed !== null && format.duration(elapsed)}
              </span>
              <span className="text-faint text-xs sm:w-24 sm:text-right">
                <RelativeTime value={run.finishedAt ?? run.startedAt ?? run.createdAt} />
              </span>
            </Link>
            {isOpen(run) && run.startedAt && (
              <div className="mt-1.5">
                <RunProgress run={run} />
              </div>
            )}
            {run.problem && <p className="mt-1 truncate text-bad text-xs">{run.problem.message}</p>}
          </li>
        )
      })}
    </ul>
  )
}
