import { listNamespaces as contract } from '#lib/api/catalogs.ts'
import { listNamespaces } from '#lib/catalogs/list-namespaces.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) =>
  pageOfList(await listNamespaces(database(), params.catalog, actor), query, (namespace) => namespace),
)
