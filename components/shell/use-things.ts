'use client'

import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useTables } from '#lib/client/use-tables.ts'

/** Every table and source by name, read while the palette is open. */
export function useThings() {
  const sources = useApi<ApiPage<{ id: string; name: string }>>('/api/v1/sources', {
    query: { limit: 500 },
    staleTime: 30_000,
  })
  const { tables, loading } = useTables()
  return {
    loading: loading || sources.isLoading,
    tables: tables.map(({ catalog, namespace, name }) => ({
      name,
      fullName: `${catalog}.${namespace}.${name}`,
      href: `/catalogs/${[catalog, namespace, name].map(encodeURIComponent).join('/')}`,
    })),
    sources: (sources.data?.items ?? []).map(({ id, name }) => ({ name, href: `/sources/${id}` })),
  }
}
