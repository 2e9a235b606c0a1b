import type { TableItem } from '#lib/api/catalog-schemas.ts'
import { AppError } from '#lib/errors.ts'
import { pageOfList } from '#lib/http/page.ts'
import type { CatalogRow } from '../connections/connection-credential.ts'
import type { TableSort } from '../sorts.ts'
import { foreignNamespaces, foreignTables, readEach } from './foreign-reads.ts'
import { readForeignTableItem } from './foreign-table-item.ts'

/** To sort by what is in the metadata, all of it has to be loaded: up to this many tables. */
const mostLoaded = 300

/**
 * Tables of another catalog, or of one of its namespaces. Only the metadata of the page's tables is loaded, unless the
 * order depends on all of them.
 * @throws AppError `bad-input` for an order over too many tables
 */
export async function listForeignTables(
  row: CatalogRow,
  namespace: string[] | undefined,
  query: {
    filter?: string | undefined
    sort: TableSort
    descending: boolean
    limit: number
    cursor?: string | undefined
  },
): Promise<{ items: TableItem[]; nextCursor: string | null; total: number }> {
  const namespaces = namespace ? [namespace] : await foreignNamespaces(row)
  const wanted = query.filter?.toLowerCase() ?? ''
  const found = (await readEach(namespaces, (levels) => foreignTables(row, levels)))
    .flat()
    .filter(({ name }) => name.toLowerCase().includes(wanted))
  const { sort, descending } = query
  const total = found.length
  if (sort === 'name') {
    found.sort((a, b) => (a.name < b.name ? -1 : 1) * (descending ? -1 : 1))
    const { items, nextCursor } = pageOfList(found, query, (identifier) => identifier)
    return {
      items: await readEach(items, (identifier) => readForeignTableItem(row, identifier)),
      nextCursor,
      total,
    }
  }
  if (total > mostLoaded) {
    throw new AppError(
      'bad-input',
      `${total} tables of the catalog "${row.name}" cannot be sorted by ${sort}: that needs the metadata of each, and ${mostLoaded} is the most. Sort by name, or narrow the list.`,
    )
  }
  const loaded = await readEach(found, (identifier) => readForeignTableItem(row, identifier))
  loaded.sort((a, b) => compareNullsLast(a[sort], b[sort], descending) || (a.name < b.name ? -1 : 1))
  return { ...pageOfList(loaded, query, (item) => item), total }
}

function compareNullsLast<T extends string | number>(a: T | null, b: T | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a === b ? 0 : a < b === descending ? 1 : -1
}
