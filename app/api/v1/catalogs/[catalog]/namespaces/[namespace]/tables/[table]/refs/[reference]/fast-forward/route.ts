import { fastForward } from '#lib/api/snapshots.ts'
import { fastForwardFrom } from '#lib/catalogs/change-snapshots.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(fastForward, async ({ params, body, actor, audit }) => {
  const moved = await fastForwardFrom(tableReference(params), actor, params.reference, body)
  audit.details = { reference: params.reference, ...body, snapshotId: moved.snapshotId }
  return moved
})
