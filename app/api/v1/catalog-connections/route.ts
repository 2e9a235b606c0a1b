import * as connections from '#lib/api/catalog-connections.ts'
import { listConnections } from '#lib/catalogs/connections/list-connections.ts'
import { createConnection } from '#lib/catalogs/connections/save-connection.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(connections.listConnections, async ({ query }) =>
  pageOfList(await listConnections(database(), query.filter), query, (connection) => connection),
)

export const POST = route(connections.createConnection, async ({ body, audit }) => {
  const connection = await createConnection(database(), body)
  audit.subject = `catalog:${connection.name}`
  audit.details = { ...connection }
  return connection
})
