'use client'

import { UserRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, showProblem, useZodForm } from '#components/ui/form.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import type { Me } from '#lib/client/me.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useMe } from '#lib/client/use-me.ts'

interface AccountPageProps {
  passwordLength: { min: number; max: number }
}

/** One's own name and password. */
export function AccountPage({ passwordLength }: AccountPageProps) {
  const t = useTranslations('auth.account')
  const roleName = useTranslations('shell.role')
  const me = useMe()
  if (!me) return null
  return (
    <Page>
      <PageHeader
        icon={UserRound}
        title={t('title')}
        facts={
          <>
            {me.email && <span>{me.email}</span>}
            <Badge>{roleName(me.role)}</Badge>
          </>
        }
      />
      <div className="grid max-w-4xl items-start gap-5 md:grid-cols-2">
        <Profile me={me} />
        <Password hasPassword={me.hasPassword} passwordLength={passwordLength} />
      </div>
    </Page>
  )
}

function Profile({ me }: { me: Me }) {
  const t = useTranslations('auth.account')
  const router = useRouter()
  const schema = useMemo(() => z.object({ name: z.string().trim().min(1, t('nameError')).max(100) }), [t])
  const form = useZodForm(schema, { name: me.name })
  const save = useApiMutation<{ name: string }>({
    method: 'PATCH',
    path: '/api/v1/me',
    onSuccess: () => {
      toast.success(t('saved'))
      router.refresh()
    },
    onError: (problem) => showProblem(form, problem),
  })
  return (
    <Card title={t('profile')}>
      <Form form={form} onSubmit={(values) => save.mutate(values)} className="flex flex-col gap-4">
        <FormInput name="name" label={t('name')} autoComplete="name" />
        {save.error && <ProblemNote problem={save.error} />}
        <Button type="submit" loading={save.isPending} className="self-start">
          {t('save')}
        </Button>
      </Form>
    </Card>
  )
}

function Password({
  hasPassword,
  passwordLength: { min, max },
}: AccountPageProps & { hasPassword: boolean }) {
  const t = useTranslations('auth.account')
  const router = useRouter()
  const schema = useMemo(
    () =>
      z
        .object({
          currentPassword: z.string().min(hasPassword ? 1 : 0, t('needCurrent')),
          newPassword: z
            .string()
            .min(min, t('tooShort', { count: min }))
            .max(max, t('tooLong', { count: max })),
          repeated: z.string(),
        })
        .refine(({ newPassword, repeated }) => newPassword === repeated, {
          path: ['repeated'],
          message: t('notSame'),
        }),
    [t, hasPassword, min, max],
  )
  const empty = { currentPassword: '', newPassword: '', repeated: '' }
  const form = useZodForm(schema, empty)
  const save = useApiMutation<z.infer<typeof schema>>({
    method: 'PUT',
    path: '/api/v1/me/password',
    body: ({ currentPassword, newPassword }) => ({
      newPassword,
      ...(hasPassword ? { currentPassword } : {}),
    }),
    onSuccess: () => {
      toast.success(t('passwordSaved'))
      form.reset(empty)
      router.refresh()
    },
    onError: (problem) => showProblem(form, problem),
  })
  return (
    <Card title={hasPassword ? t('changePassword') : t('setPassword')}>
      <Form form={form} onSubmit={(values) => save.mutate(values)} className="flex flex-col gap-4">
        {hasPassword && (
          <FormInput
            name="currentPassword"
            label={t('current')}
            type="password"
            autoComplete="current-password"
          />
        )}
        <FormInput
          name="newPassword"
          label={t('new')}
          type="password"
          autoComplete="new-password"
          hint={t('passwordText', { count: min })}
        />
        <FormInput name="repeated" label={t('repeat')} type="password" autoComplete="new-password" />
        {save.error && save.error.fields.length === 0 && <ProblemNote problem={save.error} />}
        <Button type="submit" variant="primary" loading={save.isPending} className="self-start">
          {hasPassword ? t('changePassword') : t('setPassword')}
        </Button>
      </Form>
    </Card>
  )
}
