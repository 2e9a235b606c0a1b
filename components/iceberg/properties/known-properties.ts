'use client'

import type { KnownProperties, KnownPropertyItem } from '#lib/api/table-properties.ts'
import { useApi } from '#lib/client/use-api.ts'

/** What has the properties: a table or a namespace, by its address in the API. */
export interface PropertyOwner {
  kind: 'table' | 'namespace'
  api: string
}

/**
 * What table properties do; they are part of the program and do not change while it runs. Iceberg gives properties of
 * namespaces no meaning.
 */
export const useKnownProperties = ({ kind }: PropertyOwner) =>
  useApi<KnownProperties>(kind === 'table' ? '/api/v1/table-properties' : null, {
    staleTime: Number.POSITIVE_INFINITY,
  }).data

/** The description of a property; of those about a column the one that its key begins with. */
export const describedBy = <Item extends Pick<KnownPropertyItem, 'key'>>(
  items: readonly Item[],
  key: string,
): Item | undefined =>
  items.find((item) => item.key === key) ??
  items.find((item) => item.key.endsWith('.') && key.startsWith(item.key) && key.length > item.key.length)
