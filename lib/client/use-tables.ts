'use client'

import { useQueries } from '@tanstack/react-query'
import type { CatalogItem, OwnTable } from '../api/catalog-schemas.ts'
import { type ApiProblem, apiGet } from './api.ts'
import { type ApiPage, useApi } from './use-api.ts'

interface Named {
  name: string
}

const catalogsPath = '/api/v1/catalogs'
const namespacesPath = (catalog: string) => `${catalogsPath}/${encodeURIComponent(catalog)}/namespaces`
const tablesPath = (catalog: string, namespace: string) =>
  `${namespacesPath(catalog)}/${encodeURIComponent(namespace)}/tables`

/** How long names found are good enough. */
const keepMs = 30_000
const query = { limit: 500 }

const readPage = <Item>(path: string, refetchInterval: number | false) => ({
  queryKey: [path, query],
  queryFn: ({ signal }: { signal: AbortSignal }) => apiGet<ApiPage<Item>>(path, query, signal),
  staleTime: refetchInterval === false ? keepMs : 0,
  refetchInterval,
})

/**
 * Every table of the built-in catalog (the first 500 of each namespace), kept fresh when an interval is given. Tables of
 * other servers are not among them: each look would ask those servers.
 */
export function useTables(refetchInterval: number | false = false) {
  const catalogs = useApi<ApiPage<CatalogItem>>(catalogsPath, { query, staleTime: keepMs })
  const catalogNames = (catalogs.data?.items ?? []).flatMap(({ name, kind }) =>
    kind === 'built-in' ? [name] : [],
  )
  const namespaces = useQueries({
    queries: catalogNames.map((catalog) =>
      readPage<Named>(namespacesPath(catalog), refetchInterval && keepMs),
    ),
  })
  const places = namespaces.flatMap(({ data }, index) =>
    (data?.items ?? []).map(({ name }) => ({ catalog: catalogNames[index] ?? '', namespace: name })),
  )
  const tables = useQueries({
    queries: places.map(({ catalog, namespace }) =>
      readPage<OwnTable>(tablesPath(catalog, namespace), refetchInterval),
    ),
  })
  const results = [...namespaces, ...tables]
  const error: ApiProblem | Error | null =
    catalogs.error ?? results.find((result) => result.error)?.error ?? null
  const loading = catalogs.isLoading || results.some(({ isLoading }) => isLoading)
  return { loading, error, tables: tables.flatMap(({ data }) => data?.items ?? []) }
}
