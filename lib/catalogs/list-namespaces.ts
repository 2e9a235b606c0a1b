import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { listedNamespaces } from '#lib/iceberg/catalog/built-in-namespaces.ts'
import { listForeignNamespaces } from './foreign/list-foreign-namespaces.ts'
import { getCatalog } from './get-catalog.ts'
import { formatNamespace } from './table-reference.ts'

const text = (properties: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((properties ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
  )

/**
 * A catalog's namespaces by name with the totals of their tables, as far as the actor may see them.
 * @throws AppError `not-found`; of another server's catalog what `openForeignCatalog` throws
 */
export async function listNamespaces(db: Database, catalog: string, actor: Actor): Promise<NamespaceItem[]> {
  const row = await getCatalog(db, catalog)
  if (row.kind === 'rest') return listForeignNamespaces(row)
  const access = await loadAccess(db, catalog, actor)
  const namespaces = await db.namespace.findMany({
    where: { catalogId: row.id, ...listedNamespaces },
    orderBy: { levels: 'asc' },
    include: {
      tables: { select: { name: true, records: true, dataFiles: true, bytes: true, lastCommitAt: true } },
    },
  })
  const seen = namespaces.filter(({ levels }) => access.seesNamespace(levels))
  return seen.map(({ levels, properties, tables: inside }) => {
    const tables = inside.filter(({ name }) => access.seesTable(levels, name))
    const total = (value: 'records' | 'dataFiles' | 'bytes') =>
      tables.reduce((sum, table) => sum + Number(table[value]), 0)
    const commits = tables.flatMap(({ lastCommitAt }) => (lastCommitAt ? [lastCommitAt.toISOString()] : []))
    return {
      name: formatNamespace(levels),
      levels,
      properties: text(properties),
      tables: tables.length,
      records: total('records'),
      dataFiles: total('dataFiles'),
      bytes: total('bytes'),
      lastCommitAt: commits.sort().at(-1) ?? null,
    }
  })
}
