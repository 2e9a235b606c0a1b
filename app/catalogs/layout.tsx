import type { ReactNode } from 'react'
import { CatalogFrame } from '#components/iceberg/catalog-frame.tsx'

export default function Layout({ children }: { children: ReactNode }) {
  return <CatalogFrame>{children}</CatalogFrame>
}
