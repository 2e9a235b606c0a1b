import { deleteGrant as contract } from '#lib/api/grants.ts'
import { database } from '#lib/db.ts'
import { deleteGrant } from '#lib/grants/delete-grant.ts'
import { route } from '#lib/http/route.ts'

export const DELETE = route(contract, async ({ params, audit }) => {
  await deleteGrant(database(), params.catalog, params.id)
  audit.subject = `grant:${params.id}`
})
