import { listFiles as contract } from '#lib/api/catalogs.ts'
import { filesCsv, listFiles } from '#lib/catalogs/list-files.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return query.format === 'csv' ? filesCsv(table, query) : listFiles(table, query)
})
