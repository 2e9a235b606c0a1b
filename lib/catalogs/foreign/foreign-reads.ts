import { LRUCache } from 'lru-cache'
import { AppError, isAppError } from '#lib/errors.ts'
import type { Namespace, Table, TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { RestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { eachLimited } from '#lib/storage/each-limited.ts'
import type { CatalogRow } from '../connections/connection-credential.ts'
import { connectionKey, openForeignCatalog } from './open-foreign-catalog.ts'

/** What a page asks for several times within a few seconds goes to the other server once. */
const recent = new LRUCache<string, Promise<unknown>>({ max: 500, ttl: 5_000, ttlAutopurge: true })

/** Requests to one server at a time, for one page of ours. */
const atATime = 8
/** A server that nests namespaces without end must not keep us. */
const [deepest, mostNamespaces] = [16, 5_000]

async function shared<T>(
  row: CatalogRow,
  what: readonly string[],
  read: (catalog: RestCatalog) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([connectionKey(row), ...what])
  const known = recent.get(key) as Promise<T> | undefined
  if (known) return known
  const reading = openForeignCatalog(row).then(read)
  recent.set(key, reading)
  reading.catch(() => recent.delete(key))
  return reading
}

/** Has the next look at a catalog ask its server again. */
export function forgetForeignReads(row: CatalogRow): void {
  const prefix = JSON.stringify([connectionKey(row)]).slice(0, -1)
  for (const key of recent.keys()) if (key.startsWith(prefix)) recent.delete(key)
}

/** Runs `read` for every item, a few at a time; answers come in the order of the items. */
export async function readEach<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const answers = new Array<R>(items.length)
  await eachLimited(items, atATime, async (item, index) => {
    answers[index] = await read(item)
  })
  return answers
}

/** All namespaces of a catalog, nested ones after their parents. @throws AppError `too-large` */
export const foreignNamespaces = (row: CatalogRow): Promise<string[][]> =>
  shared(row, ['namespaces'], async (catalog) => {
    const found: string[][] = []
    let level = await catalog.listNamespaceLevels()
    for (let depth = 1; level.length > 0 && depth <= deepest; depth += 1) {
      found.push(...level)
      if (found.length > mostNamespaces) {
        throw new AppError(
          'too-large',
          `The catalog "${row.name}" has more than ${mostNamespaces} namespaces, which are too many to show together.`,
        )
      }
      level = (await readEach(level, (parent) => childrenOf(catalog, parent))).flat()
    }
    return found.sort((a, b) => (a.join('\u001F') < b.join('\u001F') ? -1 : 1))
  })

async function childrenOf(catalog: RestCatalog, parent: string[]): Promise<string[][]> {
  try {
    const children = await catalog.listNamespaceLevels(parent)
    return children.filter((levels) => levels.length === parent.length + 1)
  } catch (error) {
    // Servers without nesting refuse the question; a namespace may also have gone meanwhile.
    if (isAppError(error, 'bad-input', 'not-found', 'unsupported')) return []
    throw error
  }
}

/** A namespace with its properties, as it was at most five seconds ago. */
export const loadForeignNamespace = (row: CatalogRow, levels: string[]): Promise<Namespace> =>
  shared(row, ['namespace', ...levels], (catalog) => catalog.loadNamespace(levels))

/** The tables of one namespace, by name. */
export const foreignTables = (row: CatalogRow, namespace: string[]): Promise<TableIdentifier[]> =>
  shared(row, ['tables', ...namespace], async (catalog) =>
    (await catalog.listTables(namespace)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  )

/** A table as it was at most five seconds ago. */
export const loadForeignTable = (row: CatalogRow, identifier: TableIdentifier): Promise<Table> =>
  shared(row, ['table', ...identifier.namespace, identifier.name], (catalog) => catalog.loadTable(identifier))
