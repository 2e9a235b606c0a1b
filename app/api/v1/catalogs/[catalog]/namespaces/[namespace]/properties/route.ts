import { changeNamespaceProperties as contract } from '#lib/api/catalog-changes.ts'
import { changeNamespaceProperties } from '#lib/catalogs/properties/change-namespace-properties.ts'
import { formatNamespace, namespaceSubject, parseNamespace } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const PATCH = route(contract, async ({ params: { catalog, namespace }, body, actor, audit }) => {
  const reference = { catalog, levels: parseNamespace(namespace) }
  const { levels, properties } = await changeNamespaceProperties(reference, actor, body)
  audit.subject = namespaceSubject(catalog, levels)
  audit.details = { updated: Object.keys(body.set), removed: body.remove }
  return { name: formatNamespace(levels), levels, properties }
})
