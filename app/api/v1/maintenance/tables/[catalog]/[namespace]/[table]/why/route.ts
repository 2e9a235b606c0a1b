import { getWhy } from '#lib/api/maintenance-health.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { loadOwnTable } from '#lib/maintenance/load-own-table.ts'
import { explainTable } from '#lib/maintenance/why/explain-table.ts'

export const GET = route(getWhy, async ({ params, actor }) =>
  explainTable(database(), await loadOwnTable(params, actor)),
)
