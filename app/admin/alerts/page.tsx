import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AlertsPage } from '#components/admin/alerts-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.alerts')
  return { title: t('title') }
}

export default async function AdminAlerts() {
  await requireUser('admin')
  return <AlertsPage />
}
