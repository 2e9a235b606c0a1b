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
  'maintenance',
  'preview',
  'properties',
  'explore',
] as const
export type TableTab = (typeof tableTabs)[number]

const encode = encodeURIComponent

const catalogApi = (catalog: string): string => `/api/v1/catalogs/${encode(catalog)}`

/** Where the API lists a catalog's namespaces, and makes new ones. */
export const namespacesApi = (catalog: string): string => `${catalogApi(catalog)}/namespaces`

/** Where the API lists tables by their names alone. */
export const tableNamesApi = (catalog: string): string => `${catalogApi(catalog)}/table-names`

export const namespaceApi = (catalog: string, namespace: string): string =>
  `${namespacesApi(catalog)}/${encode(namespace)}`

/** Where the API answers about a table. */
export const tableApi = ({ catalog, namespace, table }: TablePath): string =>
  `${namespaceApi(catalog, namespace)}/tables/${encode(table)}`

/** Where the API answers about a table's maintenance. */
export const maintenanceApi = ({ catalog, namespace, table }: TablePath): string =>
  `/api/v1/maintenance/tables/${[catalog, namespace, table].map(encode).join('/')}`

/** A table's page; `filter` is put into the filter box of the tab's list. */
export function tableHref(path: TablePath, tab?: TableTab, filter?: string): string {
  const query = new URLSearchParams()
  if (tab && tab !== 'overview') query.set('tab', tab)
  if (filter && tab) query.set(`${tab}-filter`, filter)
  const text = query.toString()
  const { catalog, namespace, table } = path
  return `/catalogs/${encode(catalog)}/${encode(namespace)}/${encode(table)}${text ? `?${text}` : ''}`
}

export const catalogHref = (catalog: string): string => `/catalogs/${encode(catalog)}`

export const namespaceHref = (catalog: string, namespace: string): string =>
  `/catalogs/${encode(catalog)}/${encode(namespace)}`

/** Levels of a namespace's URL segment, as the API reads it. */
export function namespaceLevels(namespace: string): string[] {
  if (!namespace.includes('\u001F')) return namespace.split('.')
  const levels = namespace.split('\u001F')
  return levels.at(-1) === '' ? levels.slice(0, -1) : levels
}

/** A namespace's URL segment as people read it. */
export const namespaceText = (namespace: string): string => namespaceLevels(namespace).join('.')

/** `catalog.namespace.table`, as SQL engines and people name it. */
export const fullName = ({ catalog, namespace, table }: TablePath): string =>
  [catalog, namespaceText(namespace), table].join('.')

/** `year:2025 hour:13`: the filter text that finds one partition. */
export const partitionFilter = (partition: Record<string, string | null>): string =>
  Object.entries(partition)
    .map(([name, value]) => {
      if (value === null) return `${name}:null`
      return /^[^\s",]+$/.test(value) ? `${name}:${value}` : `${name}:"${value.replace(/(["\\])/g, '\\$1')}"`
    })
    .join(' ')
