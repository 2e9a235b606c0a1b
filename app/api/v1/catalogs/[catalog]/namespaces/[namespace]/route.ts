import { dropNamespace, getNamespace } from '#lib/api/catalog-changes.ts'
import { changeCatalog } from '#lib/catalogs/change-catalog.ts'
import { loadNamespace } from '#lib/catalogs/load-namespace.ts'
import { formatNamespace, namespaceSubject, parseNamespace } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getNamespace, async ({ params, actor }) => {
  const { levels, properties } = await loadNamespace(params.catalog, parseNamespace(params.namespace), actor)
  return { name: formatNamespace(levels), levels, properties }
})

export const DELETE = route(dropNamespace, async ({ params, actor, audit }) => {
  const levels = parseNamespace(params.namespace)
  await changeCatalog(params.catalog, actor, (catalog) => catalog.dropNamespace(levels))
  audit.subject = namespaceSubject(params.catalog, levels)
})
