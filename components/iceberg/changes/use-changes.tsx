'use client'

import { CopyPlus, FileCode, FolderPlus, Pencil, Plug, TableProperties, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { MenuItem } from '#components/ui/dropdown-menu.tsx'
import { ConnectDialog } from '../connect/connect-dialog.tsx'
import { DdlDialog } from '../ddl-dialog.tsx'
import type { TablePath } from '../table-path.ts'
import { type PlaceActions, useActionsIn } from '../tree/use-catalog-actions.ts'
import { BackUpDialog } from './back-up-dialog.tsx'
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

/** What a dialog about a catalog is open for. */
export type CatalogQuestion =
  | { kind: 'create-namespace'; catalog: string; parent: string | null }
  | ({ kind: 'drop-namespace' | 'create-table' } & NamespacePath)
  | { kind: 'rename-table' | 'drop-table' | 'back-up-table' | 'ddl'; path: TablePath }
  | { kind: 'connect'; catalog: string; table?: TablePath }

const AskContext = createContext<(question: CatalogQuestion) => void>(() => undefined)

/** Opens a dialog. */
export const useAsk = () => useContext(AskContext)

/** Holds the dialogs about catalogs, so that trees and pages below it can ask for them. */
export function CatalogDialogs({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<CatalogQuestion | null>(null)
  const close = () => setAsked(null)
  return (
    <AskContext value={setAsked}>
      {children}
      {asked?.kind === 'create-namespace' && <CreateNamespaceDialog {...asked} onClose={close} />}
      {asked?.kind === 'drop-namespace' && <DropNamespaceDialog {...asked} onClose={close} />}
      {asked?.kind === 'create-table' && <CreateTableDialog {...asked} onClose={close} />}
      {asked?.kind === 'back-up-table' && <BackUpDialog path={asked.path} onClose={close} />}
      {asked?.kind === 'rename-table' && <RenameTableDialog path={asked.path} onClose={close} />}
      {asked?.kind === 'drop-table' && <DropTableDialog path={asked.path} onClose={close} />}
      {asked?.kind === 'ddl' && <DdlDialog path={asked.path} onClose={close} />}
      {asked?.kind === 'connect' && (
        <ConnectDialog catalog={asked.catalog} table={asked.table} onClose={close} />
      )}
    </AskContext>
  )
}

type Groups = readonly (readonly MenuItem[])[]

/**
 * What can be done with things of a catalog, as menus: without items where nothing can, and disabled, with the reason,
 * where the person was granted to read only.
 */
export function useChangeMenus(catalog: string) {
  const t = useTranslations('catalog-changes.menu')
  const ask = useAsk()
  const actionsIn = useActionsIn(catalog)
  return useMemo(() => {
    const offers =
      (actions: PlaceActions) =>
      (action: Exclude<keyof PlaceActions, 'readOnly'>, item: MenuItem): MenuItem[] =>
        actions.readOnly ? [{ ...item, disabled: true, hint: t('readOnly') }] : actions[action] ? [item] : []
    const newNamespace = (offered: ReturnType<typeof offers>, parent: string | null) =>
      offered('createNamespace', {
        label: t(parent === null ? 'createNamespace' : 'createNamespaceInside'),
        icon: FolderPlus,
        onSelect: () => ask({ kind: 'create-namespace', catalog, parent }),
      })
    return {
      catalog: (): Groups => [newNamespace(offers(actionsIn({})), null)],
      namespace: (namespace: string): Groups => {
        const offered = offers(actionsIn({ namespace }))
        return [
          [
            ...offered('createTable', {
              label: t('createTable'),
              icon: TableProperties,
              onSelect: () => ask({ kind: 'create-table', catalog, namespace }),
            }),
            ...newNamespace(offered, namespace),
          ],
          offered('dropNamespace', {
            label: t('dropNamespace'),
            icon: Trash2,
            tone: 'danger',
            onSelect: () => ask({ kind: 'drop-namespace', catalog, namespace }),
          }),
        ]
      },
      table: (path: TablePath): Groups => {
        const offered = offers(actionsIn(path))
        return [
          offered('backUpTable', {
            label: t('backUpTable'),
            icon: CopyPlus,
            onSelect: () => ask({ kind: 'back-up-table', path }),
          }),
          offered('renameTable', {
            label: t('renameTable'),
            icon: Pencil,
            onSelect: () => ask({ kind: 'rename-table', path }),
          }),
          offered('dropTable', {
            label: t('dropTable'),
            icon: Trash2,
            tone: 'danger',
            onSelect: () => ask({ kind: 'drop-table', path }),
          }),
        ]
      },
    }
  }, [actionsIn, ask, catalog, t])
}

/** What can be read about a table, as a menu: its DDL, and how engines connect to it in a catalog of our own. */
export function useTableSqlMenu(path: TablePath, own: boolean): Groups {
  const t = useTranslations('catalog-changes.menu')
  const ask = useAsk()
  return [
    [
      { label: t('ddl'), icon: FileCode, onSelect: () => ask({ kind: 'ddl', path }) },
      ...(own
        ? [
            {
              label: t('connect'),
              icon: Plug,
              onSelect: () => ask({ kind: 'connect', catalog: path.catalog, table: path }),
            },
          ]
        : []),
    ],
  ]
}

/** Whether a menu would have anything in it. */
export const hasItems = (groups: Groups): boolean => groups.some((group) => group.length > 0)
