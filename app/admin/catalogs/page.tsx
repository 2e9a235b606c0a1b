import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ConnectionsPage } from '#components/admin/connections-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.catalogs')
  return { title: t('title') }
}

export default async function AdminCatalogs() {
  await requireUser('admin')
  return <ConnectionsPage />
}
