import { createTable } from '#lib/api/catalog-changes.ts'
import { listTables } from '#lib/api/catalogs.ts'
import { answerTables } from '#lib/catalogs/answer-tables.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { newTableRequest } from '#lib/catalogs/new-table-request.ts'
import { parseNamespace, tableName, tableSubject } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listTables, ({ params, query, actor }) =>
  answerTables({ catalog: params.catalog, namespace: parseNamespace(params.namespace) }, query, actor),
)

export const POST = route(createTable, async ({ params, body, actor, audit }) => {
  const identifier = { namespace: parseNamespace(params.namespace), name: body.name }
  await changeCatalog(params.catalog, actor, (catalog) =>
    catalog.createTable(identifier, newTableRequest(body)),
  )
  audit.subject = tableSubject(params.catalog, identifier)
  audit.details = { columns: body.columns.length, formatVersion: body.formatVersion }
  return tableName(params.catalog, identifier)
})
