import { cherryPick } from '#lib/api/snapshots.ts'
import { cherryPickOnto } from '#lib/catalogs/change-snapshots.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(cherryPick, async ({ params, body, actor, audit }) => {
  const changed = await cherryPickOnto(tableReference(params), actor, params.snapshot, body)
  audit.details = { picked: params.snapshot, ...changed }
  return changed
})
