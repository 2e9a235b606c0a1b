import type { Metadata } from 'next'
import { NamespacePage } from '#components/iceberg/namespace-page.tsx'

interface Props {
  params: Promise<{ catalog: string; namespace: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).namespace) }
}

export default async function Page({ params }: Props) {
  const { catalog, namespace } = await params
  return <NamespacePage catalog={decodeURIComponent(catalog)} namespace={decodeURIComponent(namespace)} />
}
