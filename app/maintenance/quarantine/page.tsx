import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { QuarantinePage } from '#components/maintenance/quarantine-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('maintenance.quarantine'))('title') }
}

export default function Page() {
  return <QuarantinePage />
}
