import { previewSortOrder } from '#lib/api/evolution.ts'
import { previewOrderChange } from '#lib/catalogs/change-order.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(previewSortOrder, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return previewOrderChange(table, query.changes)
})
