'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { z } from 'zod'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import type { User } from '#lib/api/users.ts'
import { roles } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useRoleOptions } from './role-options.ts'
import type { SignInLinkFor } from './sign-in-link-dialog.tsx'

interface AddUserDialogProps {
  onClose: () => void
  showLink: (link: SignInLinkFor) => void
}

/** Name, address and role of a new person; leads to their sign-in link. */
export function AddUserDialog({ onClose, showLink }: AddUserDialogProps) {
  const t = useTranslations('admin.users')
  const options = useRoleOptions()
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().trim().min(1, t('nameError')).max(100),
        email: z.email(t('emailError')).max(254),
        role: z.enum(roles),
      }),
    [t],
  )
  const form = useZodForm<z.infer<typeof schema>>(schema, { name: '', email: '', role: 'viewer' })
  const create = useApiMutation<
    z.infer<typeof schema>,
    { user: User; signInLink: { url: string; expiresAt: string } }
  >({
    method: 'POST',
    path: '/api/v1/users',
    refresh: ['/api/v1/users'],
    onSuccess: ({ user, signInLink }) => {
      onClose()
      showLink({ name: user.name, ...signInLink })
    },
  })
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('add')}
      description={t('addText')}
      submit={t('add')}
      onClose={onClose}
    >
      <FormInput name="name" label={t('name')} autoComplete="off" />
      <FormInput name="email" label={t('email')} type="email" autoComplete="off" />
      <FormSelect name="role" label={t('role')} options={options} />
    </FormDialog>
  )
}
