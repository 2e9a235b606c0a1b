import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { VisitorsView } from '#components/analytics/visitors-view.tsx'

const views = ['hour', 'day', 'month', 'top'] as const

interface ViewPageProps {
  params: Promise<{ view: string }>
}

export async function generateMetadata({ params }: ViewPageProps) {
  const t = await getTranslations('analytics')
  const { view: asked } = await params
  const view = views.find((known) => known === asked)
  return { title: view ? `${t('title')} · ${t(`view.${view}`)}` : t('title') }
}

/** Visitors by hour, day or month, or the TOP lists. */
export default async function ViewPage({ params }: ViewPageProps) {
  const { view: asked } = await params
  const view = views.find((known) => known === asked)
  if (!view) notFound()
  return <VisitorsView view={view} />
}
