'use client'

import { FolderTree } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { namespaceHref } from './table-path.ts'

/** Namespaces side by side, each with its number of tables; nothing where there are none. */
export function NamespaceLinks({
  catalog,
  namespaces,
  label,
}: {
  catalog: string
  namespaces: readonly NamespaceItem[]
  label: string
}) {
  const t = useTranslations('catalog.catalogs')
  const format = useFormat()
  if (namespaces.length === 0) return null
  return (
    <nav className="flex flex-wrap gap-2" aria-label={label}>
      {namespaces.map((namespace) => (
        <Link
          key={namespace.name}
          href={namespaceHref(catalog, namespace.name)}
          className="flex items-center gap-2 rounded-md border border-line bg-surface px-3 py-1.5 hover:border-line-strong"
        >
          <FolderTree className="size-4 text-faint" aria-hidden />
          <span className="font-mono text-sm">{namespace.levels.join('.')}</span>
          <span className="text-faint text-xs">
            {t('tables', { count: format.number(namespace.tables) })}
          </span>
        </Link>
      ))}
    </nav>
  )
}
