import { listTables } from '#lib/api/catalogs.ts'
import { answerTables } from '#lib/catalogs/answer-tables.ts'
import { parseNamespace } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listTables, ({ params, query, actor }) =>
  answerTables({ catalog: params.catalog, namespace: parseNamespace(params.namespace) }, query, actor),
)
