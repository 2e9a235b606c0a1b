'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useMemo } from 'react'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showProblem, useZodForm } from '#components/ui/form.tsx'
import type { User } from '#lib/api/users.ts'
import { roles } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useRoleOptions } from './role-options.ts'
import type { SignInLinkFor } from './sign-in-link-dialog.tsx'

interface AddUserDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  showLink: (link: SignInLinkFor) => void
}

const formId = 'add-user'

/** Name, address and role of a new person; leads to their sign-in link. */
export function AddUserDialog({ open, onOpenChange, showLink }: AddUserDialogProps) {
  const t = useTranslations('admin.users')
  const ui = useTranslations('ui')
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
      onOpenChange(false)
      showLink({ name: user.name, ...signInLink })
    },
    onError: (problem) => void showProblem(form, problem),
  })
  const { reset: resetForm } = form
  const { reset: resetRequest } = create
  useEffect(() => {
    if (!open) return
    resetForm()
    resetRequest()
  }, [open, resetForm, resetRequest])

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('add')}
      description={t('addText')}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={create.isPending}>
            {t('add')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        form={form}
        onSubmit={(values) => create.mutate(values)}
        className="flex flex-col gap-4"
      >
        <FormInput name="name" label={t('name')} autoComplete="off" />
        <FormInput name="email" label={t('email')} type="email" autoComplete="off" />
        <FormSelect name="role" label={t('role')} options={options} />
        {create.error && create.error.fields.length === 0 && <ProblemNote problem={create.error} />}
      </Form>
    </Dialog>
  )
}
