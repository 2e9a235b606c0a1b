import { previewSchema } from '#lib/api/evolution.ts'
import { previewSchemaChange } from '#lib/catalogs/change-schema.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(previewSchema, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return previewSchemaChange(table, query.changes)
})
