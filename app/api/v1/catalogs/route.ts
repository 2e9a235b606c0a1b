import { listCatalogs as contract } from '#lib/api/catalogs.ts'
import { listCatalogs } from '#lib/catalogs/list-catalogs.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ query, actor }) =>
  pageOfList(await listCatalogs(database(), actor), query, (catalog) => catalog),
)
