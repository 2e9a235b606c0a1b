'use client'

import type { CatalogActions } from '#lib/api/catalog-changes.ts'
import { useApi } from '#lib/client/use-api.ts'

const nothing: CatalogActions = {
  createNamespace: false,
  dropNamespace: false,
  changeNamespace: false,
  createTable: false,
  renameTable: false,
  dropTable: false,
  changeTable: false,
  backUpTable: false,
  undropTable: false,
}

/** What the person can change in a catalog; nothing until that is known. */
export function useCatalogActions(catalog: string): CatalogActions {
  const { data } = useApi<CatalogActions>(`/api/v1/catalogs/${encodeURIComponent(catalog)}/actions`, {
    staleTime: 60_000,
  })
  return data ?? nothing
}
