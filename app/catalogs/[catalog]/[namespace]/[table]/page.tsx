import type { Metadata } from 'next'
import { TablePage } from '#components/iceberg/table-page.tsx'

interface Props {
  params: Promise<{ catalog: string; namespace: string; table: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).table) }
}

export default async function Page({ params }: Props) {
  const { catalog, namespace, table } = await params
  return (
    <TablePage
      path={{
        catalog: decodeURIComponent(catalog),
        namespace: decodeURIComponent(namespace),
        table: decodeURIComponent(table),
      }}
    />
  )
}
