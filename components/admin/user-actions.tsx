'use client'

import { Ban, Ellipsis, KeyRound, Link2, Trash2, UserCheck, UserCog } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { User } from '#lib/api/users.ts'
import type { Role } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useMe } from '#lib/client/use-me.ts'
import { ChangeRoleDialog } from './change-role-dialog.tsx'
import type { SignInLinkFor } from './sign-in-link-dialog.tsx'

type Question = 'role' | 'reset' | 'ban' | 'remove'

interface UserActionsProps {
  user: User
  showLink: (link: SignInLinkFor) => void
}

/** What an admin can do to a person's account. */
export function UserActions({ user, showLink }: UserActionsProps) {
  const t = useTranslations('admin.users')
  const roleName = useTranslations('admin.role')
  const me = useMe()
  const [question, setQuestion] = useState<Question | null>(null)
  const path = `/api/v1/users/${encodeURIComponent(user.id)}`
  const refresh = ['/api/v1/users']
  const { name } = user
  const close = () => setQuestion(null)

  const update = useApiMutation<{ role?: Role; banned?: boolean }, User>({
    method: 'PATCH',
    path,
    refresh,
    onSuccess: (_, change) => {
      close()
      if (change.role) toast.success(t('changeRole.done', { name, role: roleName(change.role) }))
      else toast.success(change.banned ? t('ban.done', { name }) : t('unbanDone', { name }))
    },
    onError: (problem, change) => {
      if (change.banned === false) toast.error(problem.message)
    },
  })
  const makeLink = useApiMutation<{ resetPassword: boolean }, { url: string; expiresAt: string }>({
    method: 'POST',
    path: `${path}/sign-in-link`,
    refresh,
    onSuccess: (link) => {
      close()
      showLink({ name, ...link })
    },
    onError: (problem, { resetPassword }) => {
      if (!resetPassword) toast.error(problem.message)
    },
  })
  const remove = useApiMutation({
    method: 'DELETE',
    path,
    refresh,
    onSuccess: () => {
      close()
      toast.success(t('remove.done', { name }))
    },
  })

  const ask = (next: Question) => () => {
    update.reset()
    makeLink.reset()
    remove.reset()
    setQuestion(next)
  }
  const self = user.id === me?.id
  return (
    <>
      <DropdownMenu
        trigger={<IconButton icon={Ellipsis} label={t('actions.menu', { name })} size="sm" tooltip={false} />}
        groups={[
          [
            { label: t('actions.changeRole'), icon: UserCog, onSelect: ask('role') },
            {
              label: t('actions.newLink'),
              icon: Link2,
              onSelect: () => makeLink.mutate({ resetPassword: false }),
              disabled: user.banned,
            },
            { label: t('actions.reset'), icon: KeyRound, onSelect: ask('reset'), disabled: user.banned },
          ],
          [
            user.banned
              ? {
                  label: t('actions.unban'),
                  icon: UserCheck,
                  onSelect: () => update.mutate({ banned: false }),
                }
              : { label: t('actions.ban'), icon: Ban, onSelect: ask('ban'), disabled: self, tone: 'danger' },
            {
              label: t('actions.remove'),
              icon: Trash2,
              onSelect: ask('remove'),
              disabled: self,
              tone: 'danger',
            },
          ],
        ]}
      />
      {question === 'role' && (
        <ChangeRoleDialog
          name={name}
          role={user.role}
          onClose={close}
          onChange={(role) => update.mutate({ role })}
          pending={update.isPending}
          problem={update.error}
        />
      )}
      <ConfirmDialog
        open={question === 'reset'}
        onOpenChange={close}
        title={t('reset.title', { name })}
        losses={[t('reset.loss')]}
        action={t('reset.action')}
        onConfirm={() => makeLink.mutate({ resetPassword: true })}
        pending={makeLink.isPending}
        problem={makeLink.error}
      >
        {t('reset.text')}
      </ConfirmDialog>
      <ConfirmDialog
        open={question === 'ban'}
        onOpenChange={close}
        title={t('ban.title', { name })}
        losses={[t('ban.loss')]}
        action={t('ban.action')}
        onConfirm={() => update.mutate({ banned: true })}
        pending={update.isPending}
        problem={update.error}
      >
        {t('ban.text')}
      </ConfirmDialog>
      <ConfirmDialog
        open={question === 'remove'}
        onOpenChange={close}
        title={t('remove.title', { name })}
        losses={[t('remove.lossAccount'), t('remove.lossTokens')]}
        typeName={user.email}
        action={t('remove.action')}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        problem={remove.error}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </>
  )
}
