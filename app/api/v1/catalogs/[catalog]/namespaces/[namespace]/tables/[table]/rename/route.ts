import { renameTable } from '#lib/api/catalog-changes.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { parseNamespace, tableName, tableReference, tableSubject } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'
import { formatIdentifier } from '#lib/iceberg/catalog/catalog.ts'

export const POST = route(renameTable, async ({ params, body, actor, audit }) => {
  const { catalog, namespace, table } = tableReference(params)
  const from = { namespace, name: table }
  const to = {
    namespace: body.namespace === undefined ? namespace : parseNamespace(body.namespace),
    name: body.name,
  }
  await changeCatalog(catalog, actor, (opened) => opened.renameTable(from, to))
  audit.subject = tableSubject(catalog, to)
  audit.details = { from: formatIdentifier(from) }
  return tableName(catalog, to)
})
