import { getTable } from '#lib/api/catalogs.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableDetail } from '#lib/catalogs/table-detail.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getTable, async ({ params, actor }) =>
  tableDetail(await loadTable(tableReference(params), actor), new Date()),
)
