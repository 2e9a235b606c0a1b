import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SourcePage } from '#components/pipelines/source-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.source'))('title') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <SourcePage id={(await params).id} />
}
