'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import { safeNext } from '#components/shell/sign-in-address.ts'
import { Button } from '#components/ui/button.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, useZodForm } from '#components/ui/form.tsx'
import { type ApiProblem, problemOf } from '#lib/client/api.ts'
import { signIn } from '#lib/client/sign-in.ts'

/** E-mail and password. */
export function SignInForm({ next }: { next: string | null }) {
  const t = useTranslations('auth')
  const schema = useMemo(
    () =>
      z.object({
        email: z.email(t('error.email')),
        password: z.string().min(1, t('error.password')),
      }),
    [t],
  )
  const form = useZodForm(schema, { email: '', password: '' })
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [pending, setPending] = useState(false)

  const submit = async (values: z.infer<typeof schema>) => {
    setPending(true)
    setProblem(null)
    try {
      await signIn(values)
      // A whole new page: everything drawn for nobody is gone.
      window.location.assign(safeNext(next))
    } catch (error) {
      setPending(false)
      setProblem(problemOf(error))
      form.resetField('password')
      form.setFocus('password')
    }
  }

  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">{t('signIn.title')}</h1>
      <p className="mt-1 text-soft">{t('signIn.text')}</p>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        {problem && <SignInProblem problem={problem} />}
        <FormInput
          name="email"
          label={t('email')}
          type="email"
          autoComplete="username"
          inputMode="email"
          autoFocus
          boxClassName="h-10"
        />
        <FormInput
          name="password"
          label={t('password')}
          type="password"
          autoComplete="current-password"
          boxClassName="h-10"
        />
        <Button type="submit" variant="primary" size="lg" loading={pending}>
          {t('signIn.action')}
        </Button>
      </Form>
      <p className="mt-6 border-line border-t pt-4 text-faint text-sm">{t('signIn.noAccount')}</p>
    </>
  )
}

/** A wrong password is no broken session: it has its own sentence. */
function SignInProblem({ problem }: { problem: ApiProblem }) {
  const t = useTranslations('auth.error')
  if (problem.code !== 'unauthenticated') return <ProblemNote problem={problem} />
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
      {t('wrong')}
    </p>
  )
}
