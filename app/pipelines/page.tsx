import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PipelinesPage } from '#components/pipelines/pipelines-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.pipelines'))('title') }
}

export default function Page() {
  return <PipelinesPage />
}
