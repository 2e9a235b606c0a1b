'use client'

import { Cpu, ListTodo, Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { z } from 'zod'
import { Bytes, Count } from '#components/ui/amount.tsx'
import { StatusDot } from '#components/ui/badge.tsx'
import { Card, Section } from '#components/ui/card.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { SystemSchema } from '#lib/api/system.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { ReadinessNote } from './readiness-note.tsx'
import { WorkersTable } from './workers-table.tsx'

type System = z.infer<typeof SystemSchema>
type Queue = System['queues'][number]

/** Worker processes, job queues, versions: is the system well? */
export function SystemPage() {
  const t = useTranslations('admin.system')
  const system = useApi<System>('/api/v1/system', { refetchInterval: 3_000 })
  const { data } = system
  if (system.error && !data) {
    return (
      <Page>
        <PageHeader icon={Server} title={t('title')} description={t('text')} />
        <ErrorState error={system.error} onRetry={() => void system.refetch()} />
      </Page>
    )
  }
  const alive = data?.workers.filter(({ state }) => state !== 'stopped' && state !== 'crashed')
  return (
    <Page>
      <PageHeader icon={Server} title={t('title')} description={t('text')} />
      <ReadinessNote />
      <StatRow>
        <Stat label={t('workers')} value={alive?.length} />
        <Stat
          label={t('totalMemory')}
          value={alive && <Bytes value={alive.reduce((sum, { rssBytes }) => sum + rssBytes, 0)} />}
        />
        <Stat label={t('staged')} value={data && <Count value={data.stagedFiles} />} />
        <Stat label={t('database')} value={data && <Bytes value={data.databaseBytes} />} />
      </StatRow>
      <Section title={t('workers')} description={t('workersText')}>
        <WorkersTable
          workers={data?.workers}
          empty={
            <EmptyState icon={Cpu} title={t('noWorkers')}>
              {t('noWorkersText')}
            </EmptyState>
          }
        />
      </Section>
      <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
        <Section title={t('queues')}>
          <QueuesTable queues={data?.queues} />
        </Section>
        <Section title={t('environment')}>
          <Card>{data ? <Environment system={data} /> : <SkeletonLines lines={6} />}</Card>
        </Section>
      </div>
    </Page>
  )
}

function QueuesTable({ queues }: { queues: Queue[] | undefined }) {
  const t = useTranslations('admin.system')
  const format = useFormat()
  const columns = useMemo<DataColumn<Queue>[]>(() => {
    const count = (id: 'waiting' | 'active' | 'retrying' | 'failed' | 'completed'): DataColumn<Queue> => ({
      id,
      header: t(id),
      align: 'right',
      value: (queue) => queue[id],
      cell: (queue) =>
        queue[id] === 0 ? (
          <span className="text-faint">0</span>
        ) : id === 'failed' ? (
          <StatusDot tone="bad">{format.number(queue.failed)}</StatusDot>
        ) : (
          format.number(queue[id])
        ),
    })
    return [
      {
        id: 'name',
        header: t('queue'),
        value: ({ name }) => name,
        cell: ({ name }) => <code className="text-xs">{name}</code>,
      },
      count('waiting'),
      count('active'),
      count('retrying'),
      count('failed'),
      { ...count('completed'), hideOnPhone: true },
    ]
  }, [t, format])
  return (
    <DataTable
      name={t('queues')}
      urlKey="queues"
      plain
      rows={queues}
      columns={columns}
      rowId={({ name }) => name}
      empty={
        <EmptyState icon={ListTodo} title={t('noQueues')}>
          {t('noQueuesText')}
        </EmptyState>
      }
    />
  )
}

function Environment({ system }: { system: System }) {
  const t = useTranslations('admin.system')
  return (
    <KeyValueList
      className="-my-1.5"
      items={[
        { key: t('version'), value: system.version },
        { key: t('stage'), value: system.stage },
        { key: t('node'), value: system.node },
        { key: t('postgres'), value: system.postgres },
        { key: t('warehouse'), value: system.warehouse, mono: true, copy: system.warehouse },
        { key: t('landing'), value: system.landing, mono: true, copy: system.landing },
        system.kafka.length > 0
          ? { key: t('kafka'), value: system.kafka.join(', '), mono: true, copy: system.kafka.join(',') }
          : { key: t('kafka'), value: <span className="text-faint">{t('noKafka')}</span> },
        { key: t('started'), value: <AbsoluteTime value={system.startedAt} /> },
      ]}
    />
  )
}
