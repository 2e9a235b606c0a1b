import type { Metadata } from 'next'
import { CatalogPage } from '#components/iceberg/catalog-page.tsx'

interface Props {
  params: Promise<{ catalog: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).catalog) }
}

export default async function Page({ params }: Props) {
  return <CatalogPage catalog={decodeURIComponent((await params).catalog)} />
}
