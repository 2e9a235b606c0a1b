import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AuditPage } from '#components/admin/audit-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.audit')
  return { title: t('title') }
}

export default async function AdminAudit() {
  await requireUser('admin')
  return <AuditPage />
}
