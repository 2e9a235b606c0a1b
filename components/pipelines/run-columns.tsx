'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { RelativeTime } from '#components/ui/time.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { elapsedMs, kindName, subjectName, triggerName } from './run-names.ts'
import { RunProgress } from './run-progress.tsx'
import { isOpen, RunState } from './run-state.tsx'

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** What came of a run in a few words, the main ones first: files before → after for compactions, rows for loads. */
function useResult() {
  const t = useTranslations('streams.result')
  const format = useFormat()
  return (run: RunItem): string[] => {
    if (run.problem) return [run.problem.message]
    const [before, after] = [number(run.before?.files), number(run.after?.files)]
    if (run.kind === 'compaction' && before !== null && after !== null) {
      const files = t('files', { before: format.number(before), after: format.number(after) })
      const [smaller, larger] = [number(run.before?.averageFileBytes), number(run.after?.averageFileBytes)]
      if (smaller === null || larger === null) return [files]
      return [files, t('average', { before: format.bytes(smaller), after: format.bytes(larger) })]
    }
    const held = number(run.after?.quarantinedFiles)
    if (held) {
      const bytes = format.bytes(number(run.after?.quarantinedBytes) ?? 0)
      return [t('quarantined', { count: format.number(held), bytes })]
    }
    const purged = number(run.after?.purgedFiles)
    if (purged !== null) {
      const bytes = format.bytes(number(run.after?.purgedBytes) ?? 0)
      return [t('purged', { count: format.number(purged), bytes })]
    }
    const [manifests, fewer] = [number(run.before?.manifests), number(run.after?.manifests)]
    if (manifests !== null && fewer !== null) {
      return [t('manifests', { before: format.number(manifests), after: format.number(fewer) })]
    }
    const rows = number(run.after?.rows) ?? run.progress.rows ?? null
    return rows === null ? [] : [t('rows', { count: format.number(rows) })]
  }
}

/** The columns of lists of runs. */
export function useRunColumns(): DataColumn<RunItem>[] {
  const t = useTranslations('streams')
  const format = useFormat()
  const resultOf = useResult()
  return useMemo(
    () => [
      {
        id: 'kind',
        header: t('runs.kind'),
        value: (run) => run.kind,
        cell: (run) => (
          <span className="flex flex-col leading-tight">
            <span className="truncate">{kindName(t, run.kind)}</span>
            <span className="truncate font-mono font-normal text-[11px] text-faint sm:hidden">
              {subjectName(run)}
            </span>
          </span>
        ),
        width: 130,
        filterable: false,
      },
      {
        id: 'state',
        header: t('runs.state'),
        value: (run) => run.state,
        cell: (run) => <RunState run={run} />,
        width: 110,
        filterable: false,
      },
      {
        id: 'subject',
        header: t('runs.subject'),
        value: (run) => subjectName(run),
        cell: (run) => <span className="truncate font-mono text-xs">{subjectName(run)}</span>,
        width: 200,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'result',
        header: t('runs.result'),
        value: (run) => resultOf(run).join(' · ') || null,
        cell: (run) => {
          if (isOpen(run) && run.startedAt) return <RunProgress run={run} compact />
          const [main, ...more] = resultOf(run)
          return (
            <span className={run.problem ? 'truncate text-bad' : 'truncate text-soft'}>
              {main ?? '–'}
              {more.length > 0 && <span className="max-sm:hidden"> · {more.join(' · ')}</span>}
            </span>
          )
        },
        width: 320,
        filterable: false,
      },
      {
        id: 'trigger',
        header: t('runs.trigger'),
        value: (run) => run.trigger,
        cell: (run) => (
          <span className="text-soft">
            {triggerName(t, run.trigger)}
            {run.trigger === 'manual' && ` · ${run.requestedBy}`}
          </span>
        ),
        width: 160,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'duration',
        header: t('runs.duration'),
        value: (run) => elapsedMs(run, Date.now()),
        cell: (run) => {
          const elapsed = elapsedMs(run, Date.now())
          return elapsed === null ? '–' : format.duration(elapsed)
        },
        align: 'right',
        width: 90,
        hideOnPhone: true,
        filterable: false,
      },
      {
        id: 'created_at',
        header: t('runs.when'),
        value: (run) => run.createdAt,
        cell: (run) => <RelativeTime value={run.finishedAt ?? run.startedAt ?? run.createdAt} />,
        width: 120,
        filterable: false,
      },
    ],
    [t, format, resultOf],
  )
}
