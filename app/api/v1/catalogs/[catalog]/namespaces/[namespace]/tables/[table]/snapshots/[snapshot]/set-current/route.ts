import { setCurrentSnapshot } from '#lib/api/snapshots.ts'
import { setMainFrom } from '#lib/catalogs/change-snapshots.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(setCurrentSnapshot, async ({ params, body, actor, audit }) => {
  const changed = await setMainFrom(tableReference(params), actor, params.snapshot, {
    ...body,
    anywhere: true,
  })
  audit.details = changed
  return changed
})
