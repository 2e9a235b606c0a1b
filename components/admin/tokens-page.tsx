'use client'

import { KeyRound, Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { toast } from 'sonner'
import { Badge, StatusDot } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { Token } from '#lib/api/tokens.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { AddTokenDialog } from './add-token-dialog.tsx'

const stateTone = { active: 'ok', expired: 'warn', revoked: 'neutral' } as const
const shownStates = ['active', 'all'] as const

/** API tokens: everybody's for an admin, one's own for others. */
export function TokensPage() {
  const t = useTranslations('admin.tokens')
  const roleName = useTranslations('admin.role')
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [state, setState] = useQueryState('state', parseAsStringLiteral(shownStates).withDefault('active'))

  const revoke = useApiMutation<Token>({
    method: 'DELETE',
    path: ({ id }) => `/api/v1/tokens/${id}`,
    refresh: ['/api/v1/tokens'],
    onSuccess: (_, { name }) => {
      setRevoking(null)
      toast.success(t('revoke.done', { name }))
    },
  })

  const columns = useMemo<DataColumn<Token>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        value: ({ name }) => name,
        cell: ({ name }) => <span className="font-medium">{name}</span>,
      },
      {
        id: 'prefix',
        header: t('prefix'),
        value: ({ prefix }) => prefix,
        cell: ({ prefix }) => <code className="text-xs">{prefix}…</code>,
      },
      {
        id: 'role',
        header: t('role'),
        value: ({ role }) => role,
        cell: ({ role }) => <Badge tone={role === 'admin' ? 'accent' : 'neutral'}>{roleName(role)}</Badge>,
      },
      {
        id: 'state',
        header: t('state'),
        value: (token) => token.state,
        filterable: false,
        cell: (token) => <StatusDot tone={stateTone[token.state]}>{t(token.state)}</StatusDot>,
      },
      {
        id: 'createdBy',
        header: t('createdBy'),
        value: ({ createdBy }) => createdBy.name,
        filterable: false,
        hideOnPhone: true,
      },
      {
        id: 'lastUsedAt',
        header: t('lastUsed'),
        value: ({ lastUsedAt }) => lastUsedAt,
        filterable: false,
        cell: ({ lastUsedAt }) =>
          lastUsedAt ? <RelativeTime value={lastUsedAt} /> : <span className="text-faint">{t('never')}</span>,
      },
      {
        id: 'expiresAt',
        header: t('expires'),
        value: ({ expiresAt }) => expiresAt,
        filterable: false,
        hideOnPhone: true,
        cell: ({ expiresAt }) =>
          expiresAt ? <RelativeTime value={expiresAt} /> : <span className="text-faint">{t('never')}</span>,
      },
      {
        id: 'createdAt',
        header: t('created'),
        value: ({ createdAt }) => createdAt,
        filterable: false,
        sortable: true,
        hideOnPhone: true,
        cell: ({ createdAt }) => <RelativeTime value={createdAt} />,
      },
    ],
    [t, roleName],
  )

  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader icon={KeyRound} title={t('title')} description={t('text')} action={add} />
      <DataTable
        name={t('title')}
        source={{ path: '/api/v1/tokens', query: { state } }}
        columns={columns}
        rowId={({ id }) => id}
        filterFields={[]}
        filterPlaceholder={t('filter')}
        toolbar={
          <Segmented
            label={t('show')}
            value={state}
            onChange={(value) => void setState(value)}
            options={[
              { value: 'active', label: t('showActive') },
              { value: 'all', label: t('showAll') },
            ]}
          />
        }
        rowActions={(token) =>
          token.state === 'active' ? (
            <IconButton
              icon={Trash2}
              size="sm"
              label={t('revoke.menu', { name: token.name })}
              onClick={() => {
                revoke.reset()
                setRevoking(token)
              }}
            />
          ) : null
        }
        empty={
          <EmptyState icon={KeyRound} title={t('empty')} action={add}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      {adding && <AddTokenDialog onClose={() => setAdding(false)} />}
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title={t('revoke.title', { name: revoking?.name ?? '' })}
        losses={[t('revoke.loss', { prefix: revoking?.prefix ?? '' })]}
        action={t('revoke.action')}
        onConfirm={() => {
          if (revoking) revoke.mutate(revoking)
        }}
        pending={revoke.isPending}
        problem={revoke.error}
      >
        {t('revoke.text')}
      </ConfirmDialog>
    </Page>
  )
}
