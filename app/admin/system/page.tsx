import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SystemPage } from '#components/admin/system-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.system')
  return { title: t('title') }
}

export default async function AdminSystem() {
  await requireUser()
  return <SystemPage />
}
