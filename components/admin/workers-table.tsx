'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useMemo } from 'react'
import { z } from 'zod'
import { Bytes } from '#components/ui/amount.tsx'
import { StatusDot, type Tone } from '#components/ui/badge.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import type { WorkerProcessSchema } from '#lib/api/system.ts'
import { useFormat } from '#lib/client/use-format.ts'

export type WorkerProcess = z.infer<typeof WorkerProcessSchema>

/** Workers beat every few seconds; after this long something is wrong. */
export const silentAfterMs = 30_000

const states = ['starting', 'ready', 'stopping', 'stopped', 'crashed'] as const
const tones: Record<(typeof states)[number], Tone> = {
  starting: 'accent',
  ready: 'ok',
  stopping: 'warn',
  stopped: 'neutral',
  crashed: 'bad',
}
const kinds = ['supervisor', 'ingest', 'commit', 'maintain', 'pipeline'] as const

const ActivitySchema = z.object({
  jobs: z.array(z.object({ job: z.string() })).optional(),
  sources: z.record(z.string(), z.unknown()).optional(),
  table: z.string().optional(),
})

/** What a worker does, by name: its jobs, the sources it reads, the table it commits to. */
function activityOf({ activity }: WorkerProcess): string[] {
  const { jobs = [], sources = {}, table } = ActivitySchema.catch({}).parse(activity ?? {})
  return [...jobs.map(({ job }) => job), ...Object.keys(sources), ...(table ? [table] : [])]
}

export function isSilent(worker: WorkerProcess, now = Date.now()): boolean {
  return (
    worker.state !== 'stopped' &&
    worker.state !== 'crashed' &&
    now - Date.parse(worker.beatAt) > silentAfterMs
  )
}

/** The worker processes with their heartbeats. */
export function WorkersTable({
  workers,
  empty,
}: {
  workers: readonly WorkerProcess[] | undefined
  empty: ReactNode
}) {
  const t = useTranslations('admin.system')
  const format = useFormat()
  const columns = useMemo<DataColumn<WorkerProcess>[]>(
    () => [
      {
        id: 'kind',
        header: t('kind'),
        value: ({ kind }) => kind,
        cell: ({ kind }) => {
          const known = kinds.find((name) => name === kind)
          return <span className="font-medium">{known ? t(`kindOf.${known}`) : kind}</span>
        },
      },
      {
        id: 'state',
        header: t('state'),
        value: ({ state }) => state,
        cell: (worker) => <WorkerState worker={worker} />,
      },
      {
        id: 'activity',
        header: t('activity'),
        value: (worker) => activityOf(worker).join(', '),
        cell: (worker) =>
          worker.problem ? (
            <span className="text-bad" title={worker.problem}>
              {worker.problem}
            </span>
          ) : activityOf(worker).length > 0 ? (
            <code className="text-xs">{activityOf(worker).join(', ')}</code>
          ) : (
            <span className="text-faint">–</span>
          ),
      },
      {
        id: 'beat',
        header: t('beat'),
        value: ({ beatAt }) => beatAt,
        kind: 'time',
      },
      {
        id: 'memory',
        header: t('memory'),
        align: 'right',
        value: ({ rssBytes }) => rssBytes,
        cell: ({ rssBytes }) => <Bytes value={rssBytes} />,
      },
      {
        id: 'restarts',
        header: t('restarts'),
        align: 'right',
        value: ({ restarts }) => restarts,
        cell: ({ restarts }) =>
          restarts > 0 ? (
            <StatusDot tone="warn">{restarts}</StatusDot>
          ) : (
            <span className="text-faint">0</span>
          ),
      },
      {
        id: 'uptime',
        header: t('uptime'),
        align: 'right',
        hideOnPhone: true,
        value: ({ startedAt }) => -Date.parse(startedAt),
        cell: ({ startedAt, stoppedAt }) => (
          <span className="whitespace-nowrap">
            {format.duration((stoppedAt ? Date.parse(stoppedAt) : Date.now()) - Date.parse(startedAt))}
          </span>
        ),
      },
      { id: 'pid', header: t('pid'), align: 'right', hideOnPhone: true, value: ({ pid }) => pid },
      { id: 'host', header: t('host'), hideOnPhone: true, value: ({ host }) => host },
    ],
    [t, format],
  )
  return (
    <DataTable
      name={t('workers')}
      urlKey="workers"
      plain
      rows={workers}
      columns={columns}
      rowId={({ id }) => id}
      empty={empty}
    />
  )
}

/** A worker's state in words; a running one that has not beaten for long is silent. */
export function WorkerState({ worker }: { worker: WorkerProcess }) {
  const t = useTranslations('admin.system')
  if (isSilent(worker)) return <StatusDot tone="bad">{t('silent')}</StatusDot>
  const state = states.find((name) => name === worker.state)
  return (
    <StatusDot tone={state ? tones[state] : 'neutral'}>
      {state ? t(`stateOf.${state}`) : worker.state}
    </StatusDot>
  )
}
