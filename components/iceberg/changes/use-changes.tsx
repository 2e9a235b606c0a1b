'use client'

import { FolderPlus, Pencil, TableProperties, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { MenuItem } from '#components/ui/dropdown-menu.tsx'
import type { CatalogActions } from '#lib/api/catalog-changes.ts'
import type { TablePath } from '../table-path.ts'
import { CreateNamespaceDialog } from './create-namespace-dialog.tsx'
import { CreateTableDialog } from './create-table-dialog.tsx'
import { DropNamespaceDialog } from './drop-namespace-dialog.tsx'
import { DropTableDialog } from './drop-table-dialog.tsx'
import { RenameTableDialog } from './rename-table-dialog.tsx'

export interface NamespacePath {
  catalog: string
  /** the URL segment */
  namespace: string
}

/** A change of the catalog that somebody is being asked about. */
export type CatalogChange =
  | { kind: 'create-namespace'; catalog: string; parent: string | null }
  | ({ kind: 'drop-namespace' | 'create-table' } & NamespacePath)
  | { kind: 'rename-table' | 'drop-table'; path: TablePath }

const AskContext = createContext<(change: CatalogChange) => void>(() => undefined)

/** Opens the dialog of a change. */
export const useAsk = () => useContext(AskContext)

/** Holds the dialogs for changes of catalogs, so that trees and pages below it can ask for them. */
export function ChangeDialogs({ children }: { children: ReactNode }) {
  const [change, setChange] = useState<CatalogChange | null>(null)
  const close = () => setChange(null)
  return (
    <AskContext value={setChange}>
      {children}
      {change?.kind === 'create-namespace' && <CreateNamespaceDialog {...change} onClose={close} />}
      {change?.kind === 'drop-namespace' && <DropNamespaceDialog {...change} onClose={close} />}
      {change?.kind === 'create-table' && <CreateTableDialog {...change} onClose={close} />}
      {change?.kind === 'rename-table' && <RenameTableDialog path={change.path} onClose={close} />}
      {change?.kind === 'drop-table' && <DropTableDialog path={change.path} onClose={close} />}
    </AskContext>
  )
}

type Groups = readonly (readonly MenuItem[])[]

/** What can be done with things of a catalog, as menus; groups without items where nothing can. */
export function useChangeMenus(actions: CatalogActions) {
  const t = useTranslations('catalog-changes.menu')
  const ask = useAsk()
  return useMemo(() => {
    const offered = (allowed: boolean, item: MenuItem): MenuItem[] => (allowed ? [item] : [])
    const newNamespace = (catalog: string, parent: string | null) =>
      offered(actions.createNamespace, {
        label: t(parent === null ? 'createNamespace' : 'createNamespaceInside'),
        icon: FolderPlus,
        onSelect: () => ask({ kind: 'create-namespace', catalog, parent }),
      })
    return {
      catalog: (catalog: string): Groups => [newNamespace(catalog, null)],
      namespace: ({ catalog, namespace }: NamespacePath): Groups => [
        [
          ...offered(actions.createTable, {
            label: t('createTable'),
            icon: TableProperties,
            onSelect: () => ask({ kind: 'create-table', catalog, namespace }),
          }),
          ...newNamespace(catalog, namespace),
        ],
        offered(actions.dropNamespace, {
          label: t('dropNamespace'),
          icon: Trash2,
          tone: 'danger',
          onSelect: () => ask({ kind: 'drop-namespace', catalog, namespace }),
        }),
      ],
      table: (path: TablePath): Groups => [
        offered(actions.renameTable, {
          label: t('renameTable'),
          icon: Pencil,
          onSelect: () => ask({ kind: 'rename-table', path }),
        }),
        offered(actions.dropTable, {
          label: t('dropTable'),
          icon: Trash2,
          tone: 'danger',
          onSelect: () => ask({ kind: 'drop-table', path }),
        }),
      ],
    }
  }, [actions, ask, t])
}

/** Whether a menu would have anything in it. */
export const hasItems = (groups: Groups): boolean => groups.some((group) => group.length > 0)
