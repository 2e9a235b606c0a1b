import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PoliciesPage } from '#components/policies/policies-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('policies'))('title') }
}

export default function Page() {
  return <PoliciesPage />
}
