import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { TokensPage } from '#components/admin/tokens-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.tokens')
  return { title: t('title') }
}

export default async function AdminTokens() {
  await requireUser()
  return <TokensPage />
}
