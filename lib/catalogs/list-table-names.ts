import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { formatIdentifier, type TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { CatalogRow } from './connections/connection-credential.ts'
import { answerWithin } from './foreign/answer-within.ts'
import { foreignNamespaces, foreignTables, readEach } from './foreign/foreign-reads.ts'
import { getCatalog } from './get-catalog.ts'
import { getNamespace } from './get-namespace.ts'

/**
 * The tables of a catalog, or of one namespace, by their names alone: no totals, and of another server's catalog no
 * metadata. `filter` is sought in the whole name.
 * @throws AppError `not-found` (catalog, namespace); `unavailable` where another server takes too long
 */
export async function listTableNames(
  db: Database,
  wanted: {
    catalog: string
    namespace?: string[] | undefined
    filter?: string | undefined
    /** Seconds to wait for another server. */
    wait?: number | undefined
  },
  actor: Actor,
): Promise<TableIdentifier[]> {
  const catalog = await getCatalog(db, wanted.catalog)
  const all =
    catalog.kind === 'rest'
      ? await answerWithin(catalog, wanted.wait ?? pageWait, foreignNames(catalog, wanted.namespace))
      : await ownNames(db, catalog, wanted.namespace, actor)
  const text = wanted.filter?.toLowerCase() ?? ''
  return all.filter((table) => formatIdentifier(table).toLowerCase().includes(text))
}

/** Seconds that a page waits for another server with many namespaces. */
const pageWait = 60

async function foreignNames(row: CatalogRow, namespace: string[] | undefined): Promise<TableIdentifier[]> {
  const namespaces = namespace ? [namespace] : await foreignNamespaces(row)
  return (await readEach(namespaces, (levels) => foreignTables(row, levels))).flat()
}

async function ownNames(
  db: Database,
  catalog: CatalogRow,
  namespace: string[] | undefined,
  actor: Actor,
): Promise<TableIdentifier[]> {
  const access = await loadAccess(db, catalog.name, actor)
  const rows = await db.icebergTable.findMany({
    where: namespace
      ? { namespaceId: (await getNamespace(db, catalog, namespace, access)).id }
      : { droppedAt: null, namespace: { catalogId: catalog.id } },
    orderBy: [{ namespace: { levels: 'asc' } }, { name: 'asc' }],
    select: { name: true, namespace: { select: { levels: true } } },
  })
  return rows
    .map(({ name, namespace: { levels } }) => ({ namespace: levels, name }))
    .filter((table) => access.seesTable(table.namespace, table.name))
}
