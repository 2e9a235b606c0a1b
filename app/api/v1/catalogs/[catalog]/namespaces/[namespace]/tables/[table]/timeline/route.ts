import { getTimeline } from '#lib/api/catalogs.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { snapshotItems } from '#lib/catalogs/snapshot-item.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { buildTimeline } from '#lib/catalogs/timeline.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getTimeline, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return buildTimeline(snapshotItems(table.metadata), query.points)
})
