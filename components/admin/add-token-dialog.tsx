'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useState } from 'react'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showProblem, useZodForm } from '#components/ui/form.tsx'
import { roles } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useMe } from '#lib/client/use-me.ts'
import { useRoleOptions } from './role-options.ts'

const formId = 'add-token'
const lifetimes = ['30', '90', '365', 'never'] as const

interface AddTokenDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Name, role and lifetime of a new token; then its secret, once. */
export function AddTokenDialog({ open, onOpenChange }: AddTokenDialogProps) {
  const t = useTranslations('admin.tokens')
  const ui = useTranslations('ui')
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
    onError: (problem) => void showProblem(form, problem),
  })
  const { reset: resetForm } = form
  const { reset: resetRequest } = create
  useEffect(() => {
    if (open) return
    resetForm()
    resetRequest()
    setSecret(null)
  }, [open, resetForm, resetRequest])

  if (secret !== null) {
    return (
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={t('secret.title')}
        description={t('secret.text')}
        footer={
          <Button variant="primary" onClick={() => onOpenChange(false)}>
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
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('add')}
      description={t('text')}
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
        {create.error && create.error.fields.length === 0 && <ProblemNote problem={create.error} />}
      </Form>
    </Dialog>
  )
}
