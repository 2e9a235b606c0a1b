import { listDroppedTables as contract } from '#lib/api/catalogs.ts'
import { database } from '#lib/db.ts'
import { guardCatalog } from '#lib/grants/guarded-catalog.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const catalog = await guardCatalog(database(), await openCatalog(params.catalog), actor)
  return pageOfList(await catalog.listDropped(), query, (table) => ({
    id: table.id,
    namespace: table.identifier.namespace.join('.'),
    name: table.identifier.name,
    droppedAt: table.droppedAt,
    undropUntil: table.undropUntil,
    purgeRequested: table.purgeRequested,
  }))
})
