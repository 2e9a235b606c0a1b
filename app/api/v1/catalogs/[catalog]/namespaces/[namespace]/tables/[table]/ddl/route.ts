import { getTableDdl } from '#lib/api/catalogs.ts'
import { sparkDdl } from '#lib/catalogs/ddl/spark-ddl.ts'
import { trinoDdl } from '#lib/catalogs/ddl/trino-ddl.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getTableDdl, async ({ params, query, actor }) => {
  const { catalog, table } = await loadTable(tableReference(params), actor)
  const { namespace, name } = table.identifier
  const write = query.dialect === 'trino' ? trinoDdl : sparkDdl
  return write({ name: [catalog, ...namespace, name], metadata: table.metadata })
})
