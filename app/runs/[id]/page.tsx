import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { RunPage } from '#components/pipelines/run-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.run'))('title') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <RunPage id={(await params).id} />
}
