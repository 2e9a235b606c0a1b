'use client'

import { useQueries } from '@tanstack/react-query'
import type { CatalogItem } from '#lib/api/catalog-schemas.ts'
import { type ApiProblem, apiGet } from '#lib/client/api.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useSettled } from '#lib/client/use-settled.ts'

interface TableName {
  namespace: string
  name: string
}

/** Shorter texts would find most of what another server has. */
const leastText = 2
/** Tables shown of one catalog, and how long its server may take: own results are there meanwhile. */
const [foundLimit, waitSeconds] = [20, 5]

/** What the search of one other server's catalog came to. */
export interface ForeignSearch {
  catalog: string
  tables: TableName[]
  /** Found beyond those. */
  more: number
  searching: boolean
  problem: ApiProblem | null
}

/** Searches other servers' catalogs by table name, each by itself, once the text has not changed for a moment. */
export function useForeignTables(text: string): ForeignSearch[] {
  const catalogs = useApi<ApiPage<CatalogItem>>('/api/v1/catalogs', {
    query: { limit: 500 },
    staleTime: 30_000,
  })
  const wanted = text.trim()
  const settled = useSettled(wanted, 300)
  const names = (catalogs.data?.items ?? []).flatMap(({ name, kind }) => (kind === 'rest' ? [name] : []))
  const query = { filter: settled, limit: foundLimit, wait: waitSeconds }
  const results = useQueries({
    queries: names.map((catalog) => {
      const path = `/api/v1/catalogs/${encodeURIComponent(catalog)}/table-names`
      return {
        queryKey: [path, query],
        queryFn: ({ signal }: { signal: AbortSignal }) => apiGet<ApiPage<TableName>>(path, query, signal),
        enabled: settled.length >= leastText,
        staleTime: 30_000,
        retry: false,
      }
    }),
  })
  if (wanted.length < leastText) return []
  return results.map(({ data, error, isFetching }, index) => ({
    catalog: names[index] ?? '',
    tables: data?.items ?? [],
    more: Math.max(0, (data?.total ?? 0) - (data?.items.length ?? 0)),
    searching: isFetching || settled !== wanted,
    problem: error as ApiProblem | null,
  }))
}
