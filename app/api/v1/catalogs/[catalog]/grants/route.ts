import * as grants from '#lib/api/grants.ts'
import { parseNamespace } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { createGrant } from '#lib/grants/create-grant.ts'
import { listGrants } from '#lib/grants/list-grants.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(grants.listGrants, async ({ params, query }) =>
  pageOfList(await listGrants(database(), params.catalog), query, (grant) => grant),
)

export const POST = route(grants.createGrant, async ({ params, body, actor, audit }) => {
  const namespace = parseNamespace(body.namespace)
  const created = await createGrant(database(), { ...params, ...body, namespace, actor })
  audit.subject = `grant:${created.id}`
  audit.details = { catalog: params.catalog, ...body }
  return created
})
