'use client'

import { ChevronRight, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { isSilent, type WorkerProcess } from '#components/admin/workers-table.tsx'
import { Card } from '#components/ui/card.tsx'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useFailedRuns, useLiveTables, useSources, useSystem } from './overview-data.ts'

interface Matter {
  key: string
  tone: 'bad' | 'warn'
  title: string
  text?: string
  href: string
}

/** More than this and the list is longer than the first screen; the pages behind have the rest. */
const mostShown = 6

/** A crash stays on the list for this long after the process was replaced. */
const crashShownMs = 10 * 60_000

/** Everything that asks for a person, the worst first. */
function useMatters(): { matters: Matter[]; known: boolean } {
  const t = useTranslations('overview.attention')
  const kindName = useTranslations('admin.system.kindOf')
  const format = useFormat()
  const sources = useSources()
  const system = useSystem()
  const failedRuns = useFailedRuns()
  const { tables } = useLiveTables()

  const worker = (kind: string) => {
    const kinds = ['supervisor', 'ingest', 'commit', 'maintain', 'pipeline'] as const
    const known = kinds.find((name) => name === kind)
    return known ? kindName(known) : kind
  }
  const workers: WorkerProcess[] = system.data?.workers ?? []
  const alive = workers.filter(({ state }) => state !== 'stopped' && state !== 'crashed')
  const recentlyCrashed = workers.filter(
    ({ state, stoppedAt, beatAt }) =>
      state === 'crashed' && Date.now() - Date.parse(stoppedAt ?? beatAt) < crashShownMs,
  )

  const matters: Matter[] = [
    ...(system.data && alive.length === 0
      ? [
          {
            key: 'no-workers',
            tone: 'bad' as const,
            title: t('noWorkers'),
            text: t('noWorkersText'),
            href: '/admin/system',
          },
        ]
      : []),
    ...alive
      .filter((process) => isSilent(process))
      .map((process) => ({
        key: process.id,
        tone: 'bad' as const,
        title: t('worker', { kind: worker(process.kind) }),
        text: t('workerText', { ago: format.relative(process.beatAt) }),
        href: '/admin/system',
      })),
    ...(sources.data?.items ?? [])
      .filter(({ state }) => state === 'stopped')
      .map(({ id, name, problem }) => ({
        key: id,
        tone: 'bad' as const,
        title: t('sourceStopped', { name }),
        ...(problem ? { text: problem.action ?? problem.message } : {}),
        href: `/sources/${id}`,
      })),
    ...failedRuns.map(({ id, title, problem, finishedAt, createdAt }) => ({
      key: id,
      tone: 'bad' as const,
      title: t('runFailed', { title, ago: format.relative(finishedAt ?? createdAt) }),
      ...(problem ? { text: problem.message } : {}),
      href: `/runs/${id}`,
    })),
    ...(sources.data?.items ?? [])
      .filter(({ flow }) => flow.failedPartitions > 0)
      .map(({ id, name, flow }) => ({
        key: `${id} partitions`,
        tone: 'bad' as const,
        title: t('partitions', { name, count: flow.failedPartitions }),
        href: `/sources/${id}`,
      })),
    ...recentlyCrashed.map(({ id, kind, stoppedAt, beatAt, problem }) => ({
      key: id,
      tone: 'warn' as const,
      title: t('crashed', { kind: worker(kind), ago: format.relative(stoppedAt ?? beatAt) }),
      ...(problem ? { text: problem } : {}),
      href: '/admin/system',
    })),
    ...(sources.data?.items ?? [])
      .filter(({ flow }) => flow.errorRows > 0)
      .map(({ id, name, flow }) => ({
        key: `${id} errors`,
        tone: 'warn' as const,
        title: t('errors', { name, count: format.number(flow.errorRows) }),
        href: `/sources/${id}?tab=errors`,
      })),
    ...(sources.data?.items ?? [])
      .filter(({ state }) => state === 'paused')
      .map(({ id, name }) => ({
        key: id,
        tone: 'warn' as const,
        title: t('sourcePaused', { name }),
        href: `/sources/${id}`,
      })),
    ...tables.flatMap(({ id, catalog, namespace, name, health }) =>
      health?.grade === 'poor'
        ? [
            {
              key: id,
              tone: 'warn' as const,
              title: t('tablePoor', { name }),
              text: t('tablePoorText', {
                files: format.number(health.files),
                size: format.bytes(health.averageFileBytes),
                partitions: health.partitionsToCompact,
              }),
              href: `/catalogs/${[catalog, namespace, name].map(encodeURIComponent).join('/')}`,
            },
          ]
        : [],
    ),
  ]
  return { matters, known: sources.data !== undefined && system.data !== undefined }
}

/** What needs a person now, or that nothing does. */
export function Attention() {
  const t = useTranslations('overview.attention')
  const { matters, known } = useMatters()
  if (!known) return null
  if (matters.length === 0) {
    return (
      <p className="flex flex-wrap items-center gap-x-2 rounded-md border border-line bg-surface px-4 py-2.5 text-sm">
        <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
        <span className="font-medium">{t('allWell')}</span>
        <span className="text-faint">{t('allWellText')}</span>
      </p>
    )
  }
  return (
    <Card title={t('title')} flush>
      <ul className="divide-y divide-line text-sm">
        {matters.slice(0, mostShown).map(({ key, tone, title, text, href }) => {
          const Icon = tone === 'bad' ? CircleX : TriangleAlert
          return (
            <li key={key}>
              <Link
                href={href}
                className="group flex min-h-9 items-center gap-2.5 px-4 py-1.5 hover:bg-subtle"
              >
                <Icon
                  className={cn('size-4 shrink-0', tone === 'bad' ? 'text-bad' : 'text-warn')}
                  aria-hidden
                />
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{title}</span>
                  {text !== undefined && <span className="ml-2 break-words text-soft">{text}</span>}
                </span>
                <ChevronRight className="size-4 shrink-0 text-faint" aria-hidden />
              </Link>
            </li>
          )
        })}
        {matters.length > mostShown && (
          <li className="px-4 py-2 text-faint text-xs">+{matters.length - mostShown}</li>
        )}
      </ul>
    </Card>
  )
}
