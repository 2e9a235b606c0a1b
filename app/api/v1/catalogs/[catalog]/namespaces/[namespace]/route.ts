import { dropNamespace } from '#lib/api/catalog-changes.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { parseNamespace } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const DELETE = route(dropNamespace, async ({ params, actor, audit }) => {
  const levels = parseNamespace(params.namespace)
  await changeCatalog(params.catalog, actor, (catalog) => catalog.dropNamespace(levels))
  audit.subject = `namespace:${[params.catalog, ...levels].join('.')}`
})
