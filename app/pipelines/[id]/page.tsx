import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PipelinePage } from '#components/pipelines/pipeline-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('streams.pipeline'))('title') }
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PipelinePage id={(await params).id} />
}
