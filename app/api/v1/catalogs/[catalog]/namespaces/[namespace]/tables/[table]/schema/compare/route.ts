import { compareSchemaVersions } from '#lib/api/evolution.ts'
import { compareVersions } from '#lib/catalogs/change-schema.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(compareSchemaVersions, async ({ params, query, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return compareVersions(table, query)
})
