import { undropTable as contract } from '#lib/api/catalogs.ts'
import { database } from '#lib/db.ts'
import { guardCatalog } from '#lib/grants/guarded-catalog.ts'
import { route } from '#lib/http/route.ts'
import { cannotUndrop } from '#lib/iceberg/catalog/built-in-tables.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'

export const POST = route(contract, async ({ params, body, audit, actor }) => {
  const catalog = await guardCatalog(database(), await openCatalog(params.catalog), actor)
  const dropped = (await catalog.listDropped()).find(({ id }) => id === params.table)
  if (!dropped) throw cannotUndrop(params.table)
  const target = body.name === undefined ? undefined : { ...dropped.identifier, name: body.name }
  const { identifier } = await catalog.undropTable(dropped.id, target)
  const namespace = identifier.namespace.join('.')
  audit.subject = `table:${params.catalog}.${namespace}.${identifier.name}`
  audit.details = { droppedAt: dropped.droppedAt.toISOString() }
  return { namespace, name: identifier.name }
})
