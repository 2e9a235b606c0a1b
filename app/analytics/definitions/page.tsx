import { getTranslations } from 'next-intl/server'
import { DefinitionsView } from '#components/analytics/definitions-view.tsx'

export async function generateMetadata() {
  return { title: (await getTranslations('analytics'))('definitionsTitle') }
}

/** Every metric with its definition. */
export default function DefinitionsPage() {
  return <DefinitionsView />
}
