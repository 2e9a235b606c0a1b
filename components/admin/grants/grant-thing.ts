import { namespaceText } from '#components/iceberg/table-path.ts'
import type { GrantItem } from '#lib/api/grants.ts'

/** Where the API keeps the grants of a catalog. */
export const grantsApi = (catalog: string): string => `/api/v1/catalogs/${encodeURIComponent(catalog)}/grants`

/** What a grant is on: `shop.daily`, `shop.daily.orders`. */
export const thingOf = ({ namespace, table }: Pick<GrantItem, 'namespace' | 'table'>): string =>
  [namespaceText(namespace), ...(table === null ? [] : [table])].join('.')

/** Whether a grant is the last one on its thing, so that taking it back opens that to everybody. */
export const isLastOn = (grant: GrantItem, all: readonly GrantItem[]): boolean =>
  !all.some(
    ({ id, namespace, table }) => id !== grant.id && namespace === grant.namespace && table === grant.table,
  )
