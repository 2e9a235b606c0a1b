import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { CatalogsPage } from '#components/iceberg/catalogs-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('catalog.catalogs'))('title') }
}

export default function Page() {
  return <CatalogsPage />
}
