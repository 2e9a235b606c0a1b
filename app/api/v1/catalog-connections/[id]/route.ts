import * as connections from '#lib/api/catalog-connections.ts'
import { splitCredential } from '#lib/catalogs/connections/connection-credential.ts'
import { deleteConnection } from '#lib/catalogs/connections/delete-connection.ts'
import { updateConnection } from '#lib/catalogs/connections/save-connection.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const PUT = route(connections.updateConnection, async ({ params, body, audit }) => {
  const connection = await updateConnection(database(), params.id, body)
  audit.subject = `catalog:${connection.name}`
  audit.details = { ...connection, newSecret: splitCredential(body.credential).secret !== undefined }
  return connection
})

export const DELETE = route(connections.deleteConnection, async ({ params, audit }) => {
  const removed = await deleteConnection(database(), params.id)
  audit.subject = `catalog:${removed.name}`
  audit.details = removed
})
