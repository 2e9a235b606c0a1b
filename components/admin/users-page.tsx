'use client'

import { Plus, UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { Badge, StatusDot } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import type { DataColumn } from '#components/ui/data-table/column.ts'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { User } from '#lib/api/users.ts'
import { useMe } from '#lib/client/use-me.ts'
import { AddUserDialog } from './add-user-dialog.tsx'
import { SignInLinkDialog, type SignInLinkFor } from './sign-in-link-dialog.tsx'
import { UserActions } from './user-actions.tsx'

const stateOf = (user: User) => (user.banned ? 'banned' : user.hasPassword ? 'active' : 'invited')
const stateTone = { active: 'ok', invited: 'warn', banned: 'bad' } as const

/** Who may sign in, and what they may do. */
export function UsersPage() {
  const t = useTranslations('admin.users')
  const roleName = useTranslations('admin.role')
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const [link, setLink] = useState<SignInLinkFor | null>(null)

  const columns = useMemo<DataColumn<User>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        value: ({ name }) => name,
        sortable: true,
        cell: (user) => (
          <span className="inline-flex items-center gap-2 font-medium">
            {user.name}
            {user.id === me?.id && <Badge>{t('you')}</Badge>}
          </span>
        ),
      },
      {
        id: 'email',
        header: t('email'),
        value: ({ email }) => email,
        sortable: true,
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
        value: stateOf,
        filterable: false,
        cell: (user) => (
          <span title={user.banReason ? t('bannedBecause', { reason: user.banReason }) : undefined}>
            <StatusDot tone={stateTone[stateOf(user)]}>{t(stateOf(user))}</StatusDot>
          </span>
        ),
      },
      {
        id: 'lastSeenAt',
        header: t('lastSeen'),
        value: ({ lastSeenAt }) => lastSeenAt,
        filterable: false,
        hideOnPhone: true,
        cell: ({ lastSeenAt }) =>
          lastSeenAt ? <RelativeTime value={lastSeenAt} /> : <span className="text-faint">{t('never')}</span>,
      },
      {
        id: 'createdAt',
        header: t('created'),
        value: ({ createdAt }) => createdAt,
        sortable: true,
        filterable: false,
        hideOnPhone: true,
        cell: ({ createdAt }) => <RelativeTime value={createdAt} />,
      },
    ],
    [t, roleName, me?.id],
  )

  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  )
  return (
    <Page>
      <PageHeader icon={UsersRound} title={t('title')} description={t('text')} action={add} />
      <DataTable
        name={t('title')}
        source={{ path: '/api/v1/users' }}
        columns={columns}
        rowId={({ id }) => id}
        filterFields={[]}
        filterPlaceholder={t('filter')}
        rowActions={(user) => <UserActions user={user} showLink={setLink} />}
        empty={
          <EmptyState icon={UsersRound} title={t('empty')} action={add}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      {adding && <AddUserDialog onClose={() => setAdding(false)} showLink={setLink} />}
      <SignInLinkDialog link={link} onClose={() => setLink(null)} />
    </Page>
  )
}
