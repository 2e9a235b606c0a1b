import { listCatalogTables } from '#lib/api/catalogs.ts'
import { answerTables } from '#lib/catalogs/answer-tables.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listCatalogTables, ({ params, query, actor }) => answerTables(params, query, actor))
