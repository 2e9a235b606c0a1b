import * as connections from '#lib/api/catalog-connections.ts'
import { testConnection } from '#lib/catalogs/connections/test-connection.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(connections.testConnection, async ({ body, audit }) => {
  const result = await testConnection(database(), body)
  audit.subject = `catalog:${body.uri}`
  audit.details = { ...result }
  return result
})
