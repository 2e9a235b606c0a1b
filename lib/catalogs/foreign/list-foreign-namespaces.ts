import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'
import type { CatalogRow } from '../connections/connection-credential.ts'
import { formatNamespace } from '../table-reference.ts'
import { foreignNamespaces, foreignTables, readEach } from './foreign-reads.ts'

/** Another catalog's namespaces with their number of tables; totals would need every table's metadata. */
export async function listForeignNamespaces(row: CatalogRow): Promise<NamespaceItem[]> {
  return readEach(await foreignNamespaces(row), async (levels) => ({
    name: formatNamespace(levels),
    levels,
    properties: {},
    tables: (await foreignTables(row, levels)).length,
    records: null,
    dataFiles: null,
    bytes: null,
    lastCommitAt: null,
  }))
}
