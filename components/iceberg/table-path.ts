/** A table as addresses name it; `namespace` is the URL segment before percent-encoding. */
export interface TablePath {
  catalog: string
  namespace: string
  table: string
}

export const tableTabs = [
  'overview',
  'schema',
  'partitions',
  'snapshots',
  'files',
  'properties',
  'explore',
] as const
export type TableTab = (typeof tableTabs)[number]

const encode = encodeURIComponent

/** Where the API answers about a table. */
export const tableApi = ({ catalog, namespace, table }: TablePath): string =>
  `/api/v1/catalogs/${encode(catalog)}/namespaces/${encode(namespace)}/tables/${encode(table)}`

/** A table's page; `filter` is put into the filter box of the tab's list. */
export function tableHref(path: TablePath, tab?: TableTab, filter?: string): string {
  const query = new URLSearchParams()
  if (tab && tab !== 'overview') query.set('tab', tab)
  if (filter && tab) query.set(`${tab}-filter`, filter)
  const text = query.toString()
  const { catalog, namespace, table } = path
  return `/catalogs/${encode(catalog)}/${encode(namespace)}/${encode(table)}${text ? `?${text}` : ''}`
}

export const namespaceHref = (catalog: string, namespace: string): string =>
  `/catalogs/${encode(catalog)}/${encode(namespace)}`

/** `catalog.namespace.table`, as SQL engines and people name it. */
export const fullName = ({ catalog, namespace, table }: TablePath): string =>
  [catalog, namespace.replaceAll('\u001F', '.'), table].join('.')

/** `year:2025 hour:13`: the filter text that finds one partition. */
export const partitionFilter = (partition: Record<string, string | null>): string =>
  Object.entries(partition)
    .map(([name, value]) => {
      if (value === null) return `${name}:null`
      return /^[^\s",]+$/.test(value) ? `${name}:${value}` : `${name}:"${value.replace(/(["\\])/g, '\\$1')}"`
    })
    .join(' ')
