'use client'

import { BellRing, CircleCheck, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { type ReactNode, useMemo, useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { AlertChannel, AlertItem } from '#lib/api/alerts.ts'
import { ChannelActions } from './channel-actions.tsx'
import { ChannelDialog } from './channel-dialog.tsx'

/** Where alerts go, and which there were. */
export function AlertsPage() {
  const t = useTranslations('admin.alerts')
  const [adding, setAdding] = useState(false)
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader icon={BellRing} title={t('title')} description={t('text')} action={add} />
      <div className="flex flex-col gap-8">
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold text-base">{t('channels')}</h2>
          <Channels add={add} />
        </section>
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold text-base">{t('history')}</h2>
          <History />
        </section>
      </div>
      {adding && <ChannelDialog channel={null} onClose={() => setAdding(false)} />}
    </Page>
  )
}

function Channels({ add }: { add: ReactNode }) {
  const t = useTranslations('admin.alerts')
  const columns = useMemo<DataColumn<AlertChannel>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        value: ({ name }) => name,
        cell: ({ name, enabled }) => (
          <span className="inline-flex items-center gap-2 font-medium">
            {name}
            {!enabled && <Badge tone="neutral">{t('off')}</Badge>}
          </span>
        ),
      },
      {
        id: 'kind',
        header: t('kindLabel'),
        value: ({ kind }) => kind,
        filterable: false,
        cell: ({ kind }) => t(`kind.${kind}`),
        width: 110,
      },
      {
        id: 'target',
        header: t('target'),
        value: ({ target }) => target,
        filterable: false,
        hideOnPhone: true,
        cell: ({ target }) => <code className="text-xs">{target}</code>,
        width: 200,
      },
      {
        id: 'events',
        header: t('events'),
        value: ({ events }) => events.join(' '),
        filterable: false,
        hideOnPhone: true,
        cell: ({ events }) => (
          <span className="flex flex-wrap gap-1">
            {events.map((event) => (
              <Badge key={event} tone="neutral">
                {t(`event.${event}`)}
              </Badge>
            ))}
          </span>
        ),
        width: 380,
      },
      {
        id: 'lastSentAt',
        header: t('lastSent'),
        value: ({ lastSentAt }) => lastSentAt ?? '',
        filterable: false,
        cell: ({ lastSentAt, lastProblem }) =>
          lastProblem ? (
            <span className="text-bad text-xs" title={lastProblem}>
              {lastProblem}
            </span>
          ) : lastSentAt ? (
            <RelativeTime value={lastSentAt} />
          ) : (
            <span className="text-faint">–</span>
          ),
        width: 220,
      },
    ],
    [t],
  )
  return (
    <DataTable<AlertChannel>
      name={t('channels')}
      source={{ path: '/api/v1/alert-channels', refetchInterval: 15_000 }}
      columns={columns}
      rowId={({ id }) => id}
      filterFields={[]}
      filterPlaceholder={t('filterChannels')}
      rowActions={(channel) => <ChannelActions channel={channel} />}
      empty={
        <EmptyState icon={BellRing} title={t('empty')} action={add}>
          {t('emptyText')}
        </EmptyState>
      }
    />
  )
}

const tones = { pending: 'warn', sent: 'ok', failed: 'bad' } as const

function History() {
  const t = useTranslations('admin.alerts')
  const columns = useMemo<DataColumn<AlertItem>[]>(
    () => [
      {
        id: 'at',
        header: t('at'),
        value: ({ at }) => at,
        filterable: false,
        width: 130,
        cell: ({ at }) => <RelativeTime value={at} />,
      },
      {
        id: 'event',
        header: t('eventLabel'),
        value: ({ event }) => event,
        filterable: false,
        width: 170,
        cell: ({ event }) => t(`event.${event}`),
      },
      {
        id: 'subject',
        header: t('subject'),
        value: ({ subject }) => subject,
        filterable: false,
        cell: ({ subject, href }) => (
          <Link href={href} className="font-medium hover:underline">
            {subject}
          </Link>
        ),
        width: 260,
      },
      {
        id: 'message',
        header: t('message'),
        value: ({ message }) => message,
        filterable: false,
        hideOnPhone: true,
        cell: ({ message }) => (
          <span className="text-soft" title={message}>
            {message}
          </span>
        ),
        width: 360,
      },
      {
        id: 'deliveries',
        header: t('deliveries'),
        value: ({ deliveries }) => deliveries.map(({ channel }) => channel).join(' '),
        filterable: false,
        cell: ({ deliveries }) =>
          deliveries.length === 0 ? (
            <span className="text-faint">{t('nobody')}</span>
          ) : (
            <span className="flex flex-wrap gap-1">
              {deliveries.map(({ channel, state, problem }) => (
                <span key={channel} {...(problem ? { title: problem } : {})}>
                  <Badge tone={tones[state]}>{`${channel}: ${t(`state.${state}`)}`}</Badge>
                </span>
              ))}
            </span>
          ),
        width: 260,
      },
    ],
    [t],
  )
  return (
    <DataTable<AlertItem>
      name={t('history')}
      source={{ path: '/api/v1/alerts', refetchInterval: 15_000 }}
      columns={columns}
      rowId={({ id }) => id}
      filterFields={[]}
      filterPlaceholder={t('filterHistory')}
      empty={
        <EmptyState icon={CircleCheck} title={t('quiet')}>
          {t('quietText')}
        </EmptyState>
      }
    />
  )
}
