import { changeTableProperties } from '#lib/api/table-properties.ts'
import { changeProperties } from '#lib/catalogs/properties/change-properties.ts'
import { tableReference, tableSubject } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const PATCH = route(changeTableProperties, async ({ params, body, actor, audit }) => {
  const { identifier, metadata } = await changeProperties(tableReference(params), actor, body)
  audit.subject = tableSubject(params.catalog, identifier)
  audit.details = { set: Object.keys(body.set), removed: body.remove }
  return { properties: metadata.properties }
})
