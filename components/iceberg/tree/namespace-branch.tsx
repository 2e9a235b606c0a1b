'use client'

import { FolderTree, Table2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import type { useChangeMenus } from '../changes/use-changes.tsx'
import { namespaceHref, tableHref, tableNamesApi } from '../table-path.ts'
import type { NamespaceNode, TableName } from './namespace-tree.ts'
import { TreeNote, TreeRow } from './tree-row.tsx'
import { branchKey, type OpenBranches } from './use-open-branches.ts'

/** As many tables as a branch shows; the namespace's page has all. */
const shownTables = 200

interface NamespaceBranchProps {
  catalog: string
  node: NamespaceNode
  depth: number
  menus: ReturnType<typeof useChangeMenus>
  branches: OpenBranches
  /** The tables that a search found; all branches are open then. */
  found?: readonly TableName[]
}

/** A namespace with the namespaces and tables in it, read once it is opened. */
export function NamespaceBranch({ catalog, node, depth, menus, branches, found }: NamespaceBranchProps) {
  const t = useTranslations('catalog-changes.tree')
  const key = branchKey(catalog, node.levels)
  const open = found !== undefined || branches.isOpen(key)
  const read = useApi<ApiPage<TableName>>(open && !found ? tableNamesApi(catalog) : null, {
    query: { namespace: node.name, limit: shownTables },
  })
  const tables = found?.filter(({ namespace }) => namespace === node.name) ?? read.data?.items ?? []
  const total = read.data?.total ?? 0
  const empty = !found && read.data && tables.length === 0 && node.children.length === 0
  return (
    <li>
      <TreeRow
        icon={FolderTree}
        label={node.label}
        href={namespaceHref(catalog, node.name)}
        depth={depth}
        count={node.tables}
        open={open}
        {...(found ? {} : { onToggle: () => branches.set(key, !open) })}
        menu={menus.namespace(node.name)}
      />
      {open && (
        <ul>
          {node.children.map((child) => (
            <NamespaceBranch
              key={child.name}
              catalog={catalog}
              node={child}
              depth={depth + 1}
              menus={menus}
              branches={branches}
              {...(found ? { found } : {})}
            />
          ))}
          {tables.map(({ name }) => {
            const path = { catalog, namespace: node.name, table: name }
            return (
              <li key={name}>
                <TreeRow
                  icon={Table2}
                  label={name}
                  href={tableHref(path)}
                  depth={depth + 1}
                  menu={menus.table(path)}
                />
              </li>
            )
          })}
          {read.error && <TreeNote depth={depth + 1}>{read.error.message}</TreeNote>}
          {empty && <TreeNote depth={depth + 1}>{t('empty')}</TreeNote>}
          {total > shownTables && (
            <TreeNote depth={depth + 1}>{t('moreTables', { count: total - shownTables })}</TreeNote>
          )}
        </ul>
      )}
    </li>
  )
}
