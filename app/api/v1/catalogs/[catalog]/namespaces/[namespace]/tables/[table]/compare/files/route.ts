import { listComparedFiles as contract } from '#lib/api/compare.ts'
import { listComparedFiles } from '#lib/catalogs/compare-table.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return listComparedFiles(table, query)
})
