import { undropTable as contract } from '#lib/api/catalogs.ts'
import { AppError } from '#lib/errors.ts'
import { route } from '#lib/http/route.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'

export const POST = route(contract, async ({ params, body, audit }) => {
  const catalog = await openCatalog(params.catalog)
  const dropped = (await catalog.listDropped()).find(({ id }) => id === params.table)
  if (!dropped) {
    throw new AppError(
      'not-found',
      `The catalog ${params.catalog} has no dropped table ${params.table} that could be brought back: it may be back already, or its time is over.`,
    )
  }
  const target = body.name === undefined ? undefined : { ...dropped.identifier, name: body.name }
  const { identifier } = await catalog.undropTable(dropped.id, target)
  const namespace = identifier.namespace.join('.')
  audit.subject = `table:${params.catalog}.${namespace}.${identifier.name}`
  audit.details = { droppedAt: dropped.droppedAt.toISOString() }
  return { namespace, name: identifier.name }
})
