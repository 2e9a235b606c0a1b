import { listHealthHistory } from '#lib/api/maintenance-health.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { healthHistory } from '#lib/maintenance/health/table-health.ts'

export const GET = route(listHealthHistory, async ({ params, query, actor }) => {
  const { id } = await getTableRow(tableReference(params), actor)
  const since = new Date(Date.now() - query.hours * 3_600_000)
  return { items: await healthHistory(database(), id, since), nextCursor: null }
})
