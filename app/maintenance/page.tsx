import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { MaintenancePage } from '#components/pipelines/maintenance-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.maintenance'))('title') }
}

export default function Page() {
  return <MaintenancePage />
}
