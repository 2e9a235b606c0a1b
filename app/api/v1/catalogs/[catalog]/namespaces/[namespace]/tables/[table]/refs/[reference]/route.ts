import { dropReference, setRetention as setRetentionContract } from '#lib/api/snapshots.ts'
import { dropReferenceAt, setRetention } from '#lib/catalogs/change-snapshots.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const PATCH = route(setRetentionContract, async ({ params, body, actor, audit }) => {
  audit.details = { reference: params.reference, ...body }
  return setRetention(tableReference(params), actor, params.reference, body)
})

export const DELETE = route(dropReference, async ({ params, query, actor, audit }) => {
  audit.details = { reference: params.reference, snapshotId: query.expectedSnapshotId }
  await dropReferenceAt(tableReference(params), actor, params.reference, query.expectedSnapshotId)
})
