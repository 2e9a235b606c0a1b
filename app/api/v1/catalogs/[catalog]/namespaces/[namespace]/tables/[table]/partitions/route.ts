import { listPartitions as contract } from '#lib/api/catalogs.ts'
import { listPartitions, partitionsCsv } from '#lib/catalogs/list-partitions.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const loaded = await loadTable(tableReference(params), actor)
  return query.format === 'csv' ? partitionsCsv(loaded, query) : listPartitions(loaded, query)
})
