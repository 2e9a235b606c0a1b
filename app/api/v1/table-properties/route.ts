import { listKnownProperties } from '#lib/api/table-properties.ts'
import { knownProperties, refusedProperties } from '#lib/catalogs/properties/known-properties.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listKnownProperties, () => ({
  items: knownProperties,
  refused: refusedProperties,
  nextCursor: null,
}))
