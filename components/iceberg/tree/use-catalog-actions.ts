'use client'

import { useCallback } from 'react'
import type { CatalogActions } from '#lib/api/catalog-changes.ts'
import { useApi } from '#lib/client/use-api.ts'
import { namespaceLevels } from '../table-path.ts'
import { grantsAllowChange } from './nearest-grant.ts'

/** A catalog, a namespace (its URL segment), a table in it, or one that was dropped from it. */
export interface ActionPlace {
  catalog: string
  namespace?: string | undefined
  table?: string | undefined
  /** id of a dropped table */
  dropped?: string | undefined
}

/** What can be changed at a place. */
export interface PlaceActions extends Omit<CatalogActions, 'grants'> {
  /** The role would let the person make changes, a grant to read takes them away. */
  readOnly: boolean
}

const nothing: PlaceActions = {
  createNamespace: false,
  dropNamespace: false,
  changeNamespace: false,
  createTable: false,
  renameTable: false,
  dropTable: false,
  changeTable: false,
  backUpTable: false,
  undropTable: false,
  readOnly: false,
}

/** Tells what the person can change at places of a catalog; nothing until that is known. One request for all of them. */
export function useActionsIn(catalog: string): (place: Omit<ActionPlace, 'catalog'>) => PlaceActions {
  const { data } = useApi<CatalogActions>(`/api/v1/catalogs/${encodeURIComponent(catalog)}/actions`, {
    staleTime: 60_000,
  })
  return useCallback(
    ({ namespace, table, dropped }) => {
      if (!data) return nothing
      const { grants, ...byRole } = data
      const levels = namespace === undefined ? [] : namespaceLevels(namespace)
      if (grantsAllowChange(grants, { levels, table, dropped })) return { ...byRole, readOnly: false }
      return { ...nothing, readOnly: Object.values(byRole).some(Boolean) }
    },
    [data],
  )
}

/** What the person can change at one place of a catalog; nothing until that is known. */
export function useCatalogActions({ catalog, ...place }: ActionPlace): PlaceActions {
  return useActionsIn(catalog)(place)
}
