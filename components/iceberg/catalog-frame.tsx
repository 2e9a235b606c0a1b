'use client'

import { ChevronRight, ListTree } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { cn } from '#lib/client/cn.ts'
import { CatalogDialogs } from './changes/use-changes.tsx'
import { namespaceLevels } from './table-path.ts'
import { CatalogTree } from './tree/catalog-tree.tsx'
import { useOpenBranches } from './tree/use-open-branches.ts'

/** The tree beside the pages of catalogs and namespaces; a table's page has the whole width. */
export function CatalogFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('catalog-changes.tree')
  const [, , catalog, namespace, table] = usePathname().split('/').map(decodeURIComponent)
  const [shown, setShown] = useState(false)
  const branches = useOpenBranches(
    catalog ? { catalog, levels: namespace ? namespaceLevels(namespace) : [] } : null,
  )
  return (
    <CatalogDialogs>
      <div className={cn('mx-auto w-full', !table && 'lg:flex lg:max-w-[1720px]')}>
        {!table && (
          <aside className="border-line border-b px-4 py-2 sm:px-6 lg:sticky lg:top-12 lg:h-[calc(100dvh-3rem)] lg:w-72 lg:shrink-0 lg:border-r lg:border-b-0 lg:px-3 lg:py-4">
            <button
              type="button"
              aria-expanded={shown}
              onClick={() => setShown(!shown)}
              className="flex h-8 w-full items-center gap-2 text-soft text-sm lg:hidden"
            >
              <ListTree className="size-4 text-faint" aria-hidden />
              <span className="flex-1 text-left">{t('browse')}</span>
              <ChevronRight className={cn('size-4', shown && 'rotate-90')} aria-hidden />
            </button>
            <div
              className={cn('max-h-96 flex-col lg:flex lg:h-full lg:max-h-none', shown ? 'flex' : 'hidden')}
            >
              <CatalogTree branches={branches} />
            </div>
          </aside>
        )}
        <div className="min-w-0 flex-1">{children}</div>
      </div>
    </CatalogDialogs>
  )
}
