import { createNamespace } from '#lib/api/catalog-changes.ts'
import { listNamespaces as contract } from '#lib/api/catalogs.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { listNamespaces } from '#lib/catalogs/list-namespaces.ts'
import { formatNamespace, namespaceSubject } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) =>
  pageOfList(await listNamespaces(database(), params.catalog, actor), query, (namespace) => namespace),
)

export const POST = route(createNamespace, async ({ params, body, actor, audit }) => {
  const { levels, properties } = await changeCatalog(params.catalog, actor, (catalog) =>
    catalog.createNamespace(body.levels, body.properties),
  )
  audit.subject = namespaceSubject(params.catalog, levels)
  audit.details = { properties: Object.keys(properties) }
  return { name: formatNamespace(levels), levels, properties }
})
