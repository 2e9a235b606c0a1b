import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SourcesPage } from '#components/pipelines/sources-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.sources'))('title') }
}

export default function Page() {
  return <SourcesPage />
}
