import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { GrantsPage } from '#components/admin/grants/grants-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('grants')
  return { title: t('title') }
}

export default async function AdminGrants() {
  await requireUser('admin')
  return <GrantsPage />
}
