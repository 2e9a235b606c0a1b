import { compareSnapshots } from '#lib/api/compare.ts'
import { compareTable } from '#lib/catalogs/compare-table.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(compareSnapshots, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return compareTable(table, query)
})
