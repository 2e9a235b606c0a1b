import { previewTable as contract } from '#lib/api/preview.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { previewTable } from '#lib/catalogs/preview-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor, signal }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return previewTable(table, query, signal)
})
