import { previewPartitionSpec } from '#lib/api/evolution.ts'
import { previewPartitionChange } from '#lib/catalogs/change-partitions.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(previewPartitionSpec, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return previewPartitionChange(table, query.changes)
})
