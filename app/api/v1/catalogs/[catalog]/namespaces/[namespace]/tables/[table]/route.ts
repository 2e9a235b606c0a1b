import { dropTable } from '#lib/api/catalog-changes.ts'
import { getTable } from '#lib/api/catalogs.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { tableDetail } from '#lib/catalogs/table-detail.ts'
import { tableReference, tableSubject } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getTable, async ({ params, actor }) =>
  tableDetail(await loadTable(tableReference(params), actor), new Date()),
)

export const DELETE = route(dropTable, async ({ params, query, actor, audit }) => {
  const { catalog, namespace, table } = tableReference(params)
  const identifier = { namespace, name: table }
  const purge = query.purge === 'true'
  await changeCatalog(catalog, actor, (opened) => opened.dropTable(identifier, { purge }))
  audit.subject = tableSubject(catalog, identifier)
  audit.details = { purge }
})
