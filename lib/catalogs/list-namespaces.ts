import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import type { Database } from '#lib/db.ts'
import { listedNamespaces } from '#lib/iceberg/catalog/built-in-namespaces.ts'
import { getCatalog } from './get-catalog.ts'
import { formatNamespace } from './table-reference.ts'

const text = (properties: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((properties ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
  )

/**
 * A catalog's namespaces by name with the totals of their tables.
 * @throws AppError `not-found`
 */
export async function listNamespaces(db: Database, catalog: string): Promise<NamespaceItem[]> {
  const { id } = await getCatalog(db, catalog)
  const namespaces = await db.namespace.findMany({
    where: { catalogId: id, ...listedNamespaces },
    orderBy: { levels: 'asc' },
    include: { tables: { select: { records: true, dataFiles: true, bytes: true, lastCommitAt: true } } },
  })
  return namespaces.map(({ levels, properties, tables }) => {
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
