'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { DroppedTable } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'
import { useActionsIn } from './tree/use-catalog-actions.ts'

/** Dropped tables that can still be brought back; nothing where there are none. */
export function DroppedTables({ catalog }: { catalog: string }) {
  const t = useTranslations('catalog.dropped')
  const actionsIn = useActionsIn(catalog)
  const path = `/api/v1/catalogs/${encodeURIComponent(catalog)}/dropped-tables`
  const dropped = useApi<ApiPage<DroppedTable>>(path, { query: { limit: 200 }, refetchInterval: 10_000 })
  const undrop = useApiMutation<DroppedTable>({
    method: 'POST',
    path: ({ id }) => `${path}/${id}/undrop`,
    body: () => ({}),
    refresh: ['/api/v1/catalogs'],
    onSuccess: (_, { name }) => toast.success(t('done', { name })),
    onError: ({ message }) => toast.error(message),
  })
  const items = dropped.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Card title={t('title')} description={t('text')}>
      <ul className="divide-y divide-line">
        {items.map((table) => (
          <li key={table.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <span className="min-w-0 flex-1 break-all font-mono text-sm">
              {table.namespace}.{table.name}
            </span>
            <span className="text-faint text-xs">
              {t.rich('when', { ago: () => <RelativeTime value={table.droppedAt} /> })}
              {' · '}
              {t.rich(table.purgeRequested ? 'purged' : 'until', {
                time: () => <RelativeTime value={table.undropUntil} />,
              })}
            </span>
            {actionsIn({ namespace: table.namespace, dropped: table.id }).undropTable && (
              <Button
                size="sm"
                icon={Undo2}
                onClick={() => undrop.mutate(table)}
                disabled={undrop.isPending}
                aria-label={t('undropName', { name: table.name })}
              >
                {t('undrop')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
