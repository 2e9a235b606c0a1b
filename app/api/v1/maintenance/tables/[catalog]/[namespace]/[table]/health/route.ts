import { getTableHealth } from '#lib/api/maintenance-health.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { tableHealth } from '#lib/maintenance/health/table-health.ts'
import { loadOwnTable } from '#lib/maintenance/load-own-table.ts'

export const GET = route(getTableHealth, async ({ params, query, actor }) =>
  tableHealth(database(), await loadOwnTable(params, actor), query),
)
