import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { SignInForm } from '#components/auth/sign-in-form.tsx'
import { SignInFrame } from '#components/auth/sign-in-frame.tsx'
import { safeNext } from '#components/shell/sign-in-address.ts'
import { currentUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth')
  return { title: t('signIn.title') }
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const { next } = await searchParams
  const path = typeof next === 'string' ? next : null
  if (await currentUser()) redirect(safeNext(path))
  return (
    <SignInFrame>
      <SignInForm next={path} />
    </SignInFrame>
  )
}
