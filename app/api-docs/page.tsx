import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ApiDocsPage } from '#components/api-docs/api-docs-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('api-docs')
  return { title: t('title') }
}

export default async function ApiDocs() {
  await requireUser()
  return <ApiDocsPage />
}
