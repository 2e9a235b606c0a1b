import { evolvePartitionSpec } from '#lib/api/evolution.ts'
import { evolveTablePartitions } from '#lib/catalogs/change-partitions.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(evolvePartitionSpec, async ({ params, body, actor, audit }) => {
  const changed = await evolveTablePartitions(tableReference(params), actor, body)
  const { previousSpecId, specId } = changed
  audit.details = { previousSpecId, specId, changes: body.changes }
  return changed
})
