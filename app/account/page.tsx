import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AccountPage } from '#components/auth/account-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { maxPasswordLength, minPasswordLength } from '#lib/auth/password-policy.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.account')
  return { title: t('title') }
}

export default async function Account() {
  await requireUser()
  return <AccountPage passwordLength={{ min: minPasswordLength, max: maxPasswordLength }} />
}
