'use client'

import { Database, Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useState } from 'react'
import { Input } from '#components/ui/input.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { CatalogItem, NamespaceItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useChangeMenus } from '../changes/use-changes.tsx'
import { catalogHref, namespacesApi, tableNamesApi } from '../table-path.ts'
import { NamespaceBranch } from './namespace-branch.tsx'
import { foundNamespaces, namespaceTree, type TableName } from './namespace-tree.ts'
import { TreeNote, TreeRow } from './tree-row.tsx'
import { branchKey, type OpenBranches } from './use-open-branches.ts'

/** As many tables as a search shows of one catalog. */
const foundLimit = 100

/** Catalogs, namespaces and tables by name, with a search over all of them and the changes that can be made. */
export function CatalogTree({ branches }: { branches: OpenBranches }) {
  const t = useTranslations('catalog-changes.tree')
  const [search, setSearch] = useState('')
  const text = useDeferredValue(search.trim())
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', { query: { limit: 200 } })
  return (
    <nav aria-label={t('label')} className="flex min-h-0 flex-col gap-2">
      <Input
        icon={Search}
        type="search"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        placeholder={t('search')}
        aria-label={t('search')}
        spellCheck={false}
      />
      {catalogs.isLoading && <SkeletonLines lines={4} />}
      {catalogs.error && !catalogs.data && <TreeNote depth={0}>{catalogs.error.message}</TreeNote>}
      <ul className="scroll-thin -mx-1 min-h-0 flex-1 overflow-y-auto px-1 pb-2">
        {catalogs.data?.items.map((catalog) => (
          <CatalogBranch key={catalog.name} item={catalog} text={text} branches={branches} />
        ))}
      </ul>
    </nav>
  )
}

function CatalogBranch({
  item: { name: catalog, kind },
  text,
  branches,
}: {
  item: CatalogItem
  text: string
  branches: OpenBranches
}) {
  const t = useTranslations('catalog-changes.tree')
  const searching = text !== ''
  const key = branchKey(catalog)
  // Every look at another server's catalog is requests to that server.
  const open = searching || branches.isOpen(key, kind === 'built-in')
  const menus = useChangeMenus(catalog)
  const namespaces = useApi<ApiPage<NamespaceItem>>(open ? namespacesApi(catalog) : null, {
    query: { limit: 500 },
  })
  const found = useApi<ApiPage<TableName>>(searching ? tableNamesApi(catalog) : null, {
    query: { filter: text, limit: foundLimit },
    keepPrevious: true,
  })
  const all = namespaces.data?.items ?? []
  const tables = searching ? (found.data?.items ?? []) : undefined
  const roots = namespaceTree(tables ? foundNamespaces(all, text, tables) : all)
  const error = namespaces.error ?? found.error
  const nothing = namespaces.data && roots.length === 0 && !found.isLoading
  return (
    <li>
      <TreeRow
        icon={Database}
        label={catalog}
        href={catalogHref(catalog)}
        depth={0}
        open={open}
        {...(searching ? {} : { onToggle: () => branches.set(key, !open) })}
        menu={menus.catalog()}
      />
      {open && (
        <ul>
          {error && <TreeNote depth={1}>{error.message}</TreeNote>}
          {nothing && <TreeNote depth={1}>{t(searching ? 'notFound' : 'noNamespaces')}</TreeNote>}
          {roots.map((node) => (
            <NamespaceBranch
              key={node.name}
              catalog={catalog}
              node={node}
              depth={1}
              menus={menus}
              branches={branches}
              {...(tables ? { found: tables } : {})}
            />
          ))}
          {searching && (found.data?.total ?? 0) > foundLimit && (
            <TreeNote depth={1}>{t('moreFound', { count: found.data?.total ?? 0 })}</TreeNote>
          )}
        </ul>
      )}
    </li>
  )
}
