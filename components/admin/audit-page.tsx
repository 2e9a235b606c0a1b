'use client'

import { ScrollText } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import type { z } from 'zod'
import { Badge } from '#components/ui/badge.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { AuditEventSchema } from '#lib/api/audit.ts'
import { useFormat } from '#lib/client/use-format.ts'

type AuditEvent = z.infer<typeof AuditEventSchema>

/** Who changed what. */
export function AuditPage() {
  const t = useTranslations('admin.audit')
  const [open, setOpen] = useState<AuditEvent | null>(null)
  const columns = useMemo<DataColumn<AuditEvent>[]>(
    () => [
      {
        id: 'at',
        header: t('at'),
        value: ({ at }) => at,
        filterable: false,
        width: 150,
        cell: ({ at }) => <AbsoluteTime value={at} seconds />,
      },
      {
        id: 'actor',
        header: t('actor'),
        value: ({ actorName }) => actorName,
        width: 200,
        cell: (event) => (
          <span className="inline-flex items-center gap-2">
            {event.actorName}
            {event.actorType !== 'user' && <Badge>{event.actorType}</Badge>}
          </span>
        ),
      },
      {
        id: 'action',
        header: t('action'),
        value: ({ action }) => action,
        width: 220,
        cell: ({ action }) => <code className="text-xs">{action}</code>,
      },
      {
        id: 'subject',
        header: t('subject'),
        value: ({ subject }) => subject,
        width: 320,
        cell: ({ subject }) => <code className="text-xs">{subject}</code>,
      },
      {
        id: 'address',
        header: t('address'),
        value: ({ address }) => address,
        width: 140,
        hideOnPhone: true,
      },
    ],
    [t],
  )
  return (
    <Page wide>
      <PageHeader icon={ScrollText} title={t('title')} description={t('text')} />
      <DataTable
        name={t('title')}
        source={{ path: '/api/v1/audit', refetchInterval: 15_000 }}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={setOpen}
        filterFields={[]}
        filterPlaceholder={t('filter')}
        maxHeight="calc(100dvh - 13rem)"
        empty={
          <EmptyState icon={ScrollText} title={t('empty')}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      {open && <EventDialog event={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function EventDialog({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const t = useTranslations('admin.audit')
  const format = useFormat()
  const hasDetails = Object.keys(event.details).length > 0
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={<span className="font-mono text-base">{event.action}</span>}
      size="lg"
    >
      <KeyValueList
        items={[
          { key: t('at'), value: format.exactTime(event.at) },
          { key: t('actor'), value: `${event.actorName} (${event.actorType})` },
          { key: t('subject'), value: event.subject, mono: true, copy: event.subject },
          { key: t('address'), value: event.address ?? '–' },
          ...(event.requestId
            ? [{ key: t('requestId'), value: event.requestId, mono: true, copy: event.requestId }]
            : []),
        ]}
      />
      {hasDetails && (
        <CodeBlock label={t('details')} code={JSON.stringify(event.details, null, 2)} className="mt-3" />
      )}
    </Dialog>
  )
}
