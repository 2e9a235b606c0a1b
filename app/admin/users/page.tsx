import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { UsersPage } from '#components/admin/users-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('admin.users')
  return { title: t('title') }
}

export default async function AdminUsers() {
  await requireUser('admin')
  return <UsersPage />
}
