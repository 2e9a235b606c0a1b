'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import { roles } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useMe } from '#lib/client/use-me.ts'
import { useRoleOptions } from './role-options.ts'

const lifetimes = ['30', '90', '365', 'never'] as const

interface AddTokenDialogProps {
  onClose: () => void
}

/** Name, role and lifetime of a new token; then its secret, once. */
export function AddTokenDialog({ onClose }: AddTokenDialogProps) {
  const t = useTranslations('admin.tokens')
  const me = useMe()
  const options = useRoleOptions(me?.role ?? 'viewer')
  const [secret, setSecret] = useState<string | null>(null)
  const schema = useMemo(
    () =>
      z.object({
        name: z.string().trim().min(1, t('nameError')).max(100),
        role: z.enum(roles),
        lifetime: z.enum(lifetimes),
      }),
    [t],
  )
  const form = useZodForm<z.infer<typeof schema>>(schema, { name: '', role: 'viewer', lifetime: '90' })
  const create = useApiMutation<z.infer<typeof schema>, { secret: string }>({
    method: 'POST',
    path: '/api/v1/tokens',
    body: ({ name, role, lifetime }) => ({
      name,
      role,
      ...(lifetime === 'never' ? {} : { expiresInDays: Number(lifetime) }),
    }),
    refresh: ['/api/v1/tokens'],
    onSuccess: (made) => setSecret(made.secret),
  })
  if (secret !== null) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t('secret.title')}
        description={t('secret.text')}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('secret.done')}
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <CodeBlock code={secret} wrap />
          <CodeBlock
            label={t('secret.example')}
            code={`curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/v1/me`}
            wrap
          />
        </div>
      </Dialog>
    )
  }
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('add')}
      description={t('text')}
      submit={t('add')}
      onClose={onClose}
    >
      <FormInput name="name" label={t('name')} hint={t('nameHint')} autoComplete="off" />
      <FormSelect name="role" label={t('role')} options={options} />
      <FormSelect
        name="lifetime"
        label={t('expiresIn')}
        options={lifetimes.map((value) => ({
          value,
          label: value === 'never' ? t('noEnd') : t('days', { count: Number(value) }),
        }))}
      />
    </FormDialog>
  )
}
