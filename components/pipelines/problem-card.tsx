'use client'

import { CircleAlert, RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { cn } from '#lib/client/cn.ts'

type Problem = NonNullable<RunItem['problem']>

/** What does not go on, since when, what to do, and whether Firn keeps trying by itself. */
export function ProblemCard({
  problem,
  requestId,
  action,
}: {
  problem: Problem
  requestId?: string | null
  action?: ReactNode
}) {
  const t = useTranslations('streams.problem')
  return (
    <section
      role="alert"
      className={cn(
        'flex gap-3 rounded-md border px-4 py-3',
        problem.retrying ? 'border-warn/40 bg-warn-soft' : 'border-bad/40 bg-bad-soft',
      )}
    >
      {problem.retrying ? (
        <RefreshCw className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
      ) : (
        <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
      )}
      <div className="flex min-w-0 flex-1 flex-col gap-1 text-sm">
        <p className="break-words font-medium">{problem.message}</p>
        {problem.action && <p className="break-words text-soft">{problem.action}</p>}
        <p className="flex flex-wrap items-center gap-x-2 text-soft text-xs">
          <span>
            {t('since')} <RelativeTime value={problem.since} />
          </span>
          {problem.retrying && <span>{t('retrying')}</span>}
          <code>{problem.code}</code>
          {requestId && (
            <span className="inline-flex items-center">
              {t('requestId')} <code className="ml-1">{requestId}</code>
              <CopyButton text={requestId} />
            </span>
          )}
        </p>
        {action && <div className="mt-1 flex flex-wrap gap-2">{action}</div>}
      </div>
    </section>
  )
}
